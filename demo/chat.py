"""`make chat`: the whole system on this machine, and a terminal chat about one of the samples."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import yaml
from rich.console import Console

from demo.command import carried_out
from demo.errors import DemoError
from demo.logbook import logbook
from demo.options import add_agent, add_port, model_environment, template_parameters
from demo.stack import SAMPLES, Stack, running_stack
from threadcast_client import Connection
from threadcast_client.terminal_chat.runner import run_terminal_chat
from threadcast_client.terminal_chat.stdio import OutputConsole, read_lines

__all__ = ["main"]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample asset to choose."""

    id: str
    type: str
    name: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Pick an asset and talk about it until the user leaves; 1 where a line of a piped script failed."""
    options = _parser().parse_args(arguments)
    return carried_out(lambda: _run(options, OutputConsole()))


def _run(options: argparse.Namespace, console: Console) -> int:
    samples = _samples()
    if options.asset is not None and not 1 <= options.asset <= len(samples):
        raise DemoError(f"There is no sample {options.asset}: --asset takes 1 to {len(samples)}.")
    parameters = template_parameters(options)
    environment, port = model_environment(parameters), options.port or 0
    with (
        logbook("chat", console) as log,
        running_stack(console, parameters, environment=environment, port=port, log_sink=log) as stack,
    ):
        if stack.token is None:
            raise DemoError("Nobody here can sign tokens for TokenMode=JWKS; `make start` runs without.")
        return asyncio.run(_talk(stack, samples, options.asset, console))


async def _talk(stack: Stack, samples: Sequence[Sample], number: int | None, console: Console) -> int:
    lines = read_lines(sys.stdin.fileno())  # the picker's too: a second reader would swallow the chat's
    sample = samples[number - 1] if number is not None else await _pick(samples, lines, console)
    async with Connection(stack.gateway.websocket_url, stack.token) as connection:
        return await run_terminal_chat(connection, console, lines, f"/asset {sample.type} {sample.id}")


async def _pick(samples: Sequence[Sample], lines: asyncio.Queue[str | None], console: Console) -> Sample:
    width = max(len(sample.name) for sample in samples)
    for number, sample in enumerate(samples, 1):
        kind = sample.type.removesuffix("_file")
        console.print(f"  [bold]{number:2}[/]  {sample.name:<{width}}  [dim]{kind}[/]")
    while True:
        console.print("Which one?", end=" " if sys.stdin.isatty() else "\n")
        line = await lines.get()
        if line is None:
            raise DemoError("No sample was chosen; --asset N chooses the N-th without asking.")
        number = int(line) if line.strip().isdecimal() else 0
        if 1 <= number <= len(samples):
            return samples[number - 1]
        console.print(f"Please choose 1 to {len(samples)}.")


def _samples() -> list[Sample]:
    definitions = [yaml.safe_load(path.read_text()) for path in sorted(SAMPLES.glob("*.yaml"))]
    return [Sample(each["id"], each["type"], each["name"]) for each in definitions]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.chat", description=__doc__)
    parser.add_argument("--asset", type=int, metavar="N", help="the N-th sample, instead of asking")
    add_port(parser, "by default any free one")
    add_agent(parser)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
