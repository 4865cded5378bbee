"""`make chat`: the whole system on this machine, and a terminal chat about one of the samples."""

import argparse
import asyncio
import os
import signal
import sys
from dataclasses import dataclass

import yaml
from rich.console import Console
from rich.prompt import IntPrompt

from client import ClientError, Connection
from client.lines import read_lines
from client.terminal import HELP, TerminalChat
from demo.stack import SAMPLES, Stack, running_stack

_PASSED_ON = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "OPENAI_API_KEY")
"""What a model may need of the caller's environment."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample asset to choose."""

    id: str
    type: str
    name: str


def main() -> int:
    """Pick an asset and talk about it until the user leaves."""
    options = _options()
    console = Console(highlight=False)
    parameters = {"Agent": options.agent, "AnalystPaceMs": "25"}
    parameters |= dict(pair.split("=", 1) for pair in options.parameter)
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with running_stack(console, parameters, passed_on if options.agent != "offline" else None) as stack:
        try:
            asyncio.run(_talk(stack, _pick(options.asset, console), console))
        except ClientError as error:
            console.print(f"[red]{error}[/]")
            return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chat", description=__doc__)
    parser.add_argument("--agent", choices=["offline", "bedrock", "openai"], default="offline")
    parser.add_argument("--asset", type=int, metavar="N", help="the N-th sample, instead of asking")
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of template.yaml, such as ModelId=…; may be repeated",
    )
    return parser.parse_args()


def _pick(number: int | None, console: Console) -> Sample:
    samples = [
        Sample(definition["id"], definition["type"], definition["name"])
        for definition in (yaml.safe_load(path.read_text()) for path in sorted(SAMPLES.glob("*.yaml")))
    ]
    for position, sample in enumerate(samples, 1):
        console.print(f"  [bold]{position:2}[/]  {sample.name} [dim]{sample.type}[/]")
    choices = [str(position) for position in range(1, len(samples) + 1)]
    chosen = number or IntPrompt.ask("Which one", console=console, choices=choices, show_choices=False)
    return samples[chosen - 1]


async def _talk(stack: Stack, sample: Sample, console: Console) -> None:
    async with Connection(stack.gateway.websocket_url, stack.token) as connection:
        chat = TerminalChat(connection, console, read_lines(sys.stdin.fileno()))
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, chat.interrupt)
        console.print(HELP + "\n", style="dim", markup=False)
        await chat.run(f"/asset {sample.type} {sample.id}")


if __name__ == "__main__":
    raise SystemExit(main())
