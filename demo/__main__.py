"""`make demo`: start everything from the template, load sample assets, hold a conversation, stay up."""

import argparse
import asyncio
from collections.abc import Sequence

from rich.console import Console

from demo.addresses import show_addresses
from demo.command import FAILED, carried_out, wait_for_the_end
from demo.conversation import converse
from demo.logbook import logbook
from demo.options import USUAL_PORT, add_port, free_port
from demo.stack import running_stack
from threadcast_client import ClientError
from threadcast_client.terminal_chat.stdio import OutputConsole

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 only if both turns of the conversation ended in `complete`."""
    options = _parser().parse_args(arguments)
    return carried_out(lambda: _run(options, OutputConsole()))


def _run(options: argparse.Namespace, console: Console) -> int:
    port = options.port or 0 if options.once else free_port(options.port, console)
    parameters = {"AnalystPaceMs": str(options.pace_ms)}
    with (
        logbook("demo", console) as log,
        running_stack(console, parameters, port=port, log_sink=log) as stack,
    ):
        try:
            asyncio.run(converse(stack.gateway.websocket_url, stack.token, console))
        except ClientError as error:
            console.print(f"[bold red]The conversation failed:[/] {error}")
            return FAILED
        if not options.once:
            console.rule("[bold]Still up[/]")
            show_addresses(stack, console)
            wait_for_the_end()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the conversation")
    add_port(parser, f"by default {USUAL_PORT}, or another where that is taken")
    parser.add_argument("--pace-ms", type=int, default=25, help="the analyst's pause between words")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
