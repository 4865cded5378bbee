"""`make demo`: start everything from the template, load the samples, run two turns, keep running."""

import argparse
import asyncio
from collections.abc import Sequence

from rich.console import Console

from demo.cli.addresses import show_addresses
from demo.cli.exit_status import FAILED, exit_status, wait_for_signal
from demo.cli.options import DEFAULT_PORT, add_port, free_port
from demo.cli.scripted_conversation import run_conversation
from demo.stack.log_file import log_file
from demo.stack.page import built_page
from demo.stack.running_stack import running_stack
from threadcast_client import ClientError
from threadcast_client.terminal_chat.stdio import OutputConsole

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 only if both turns of the conversation ended in `complete`."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _run(options, OutputConsole()))


def _run(options: argparse.Namespace, console: Console) -> int:
    port = options.port or 0 if options.once else free_port(options.port, console)
    parameters = {"AnalystPaceMs": str(options.pace_ms)}
    with (
        log_file("demo", console) as log,
        running_stack(console, parameters, port=port, log_sink=log, page=built_page()) as stack,
    ):
        try:
            asyncio.run(run_conversation(stack.gateway.websocket_url, stack.token, console))
        except ClientError as error:
            console.print(f"[bold red]The conversation failed:[/] {error}")
            return FAILED
        if not options.once:
            console.rule("[bold]Still running[/]")
            show_addresses(stack, console)
            wait_for_signal()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="exit after the conversation")
    add_port(parser, f"by default {DEFAULT_PORT}, or another where that is taken")
    parser.add_argument("--pace-ms", type=int, default=25, help="the offline agent's pause between words")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
