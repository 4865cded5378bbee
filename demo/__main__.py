"""`make demo`: start everything from the template, load sample assets, hold a conversation, stay up."""

import argparse
import asyncio
import signal
import socket
import threading

from rich.console import Console

from client import ClientError
from demo.conversation import converse
from demo.stack import Stack, running_stack

USUAL_PORT = 3001


def main() -> int:
    """Run the demo; 0 only if both turns of the conversation ended in `complete`."""
    options = _options()
    console = Console(highlight=False)
    port = options.port if options.port is not None or options.once else _usual_port()
    with running_stack(console, {"AnalystPaceMs": str(options.pace_ms)}, port=port or 0) as stack:
        try:
            asyncio.run(converse(stack.gateway.websocket_url, stack.token, console))
        except ClientError as error:
            console.print(f"[bold red]The conversation failed:[/] {error}")
            return 1
        if not options.once:
            _stay_up(stack, console)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the conversation")
    parser.add_argument(
        "--port", type=int, help=f"port of the gateway (default: {USUAL_PORT}, if it is free)"
    )
    parser.add_argument("--pace-ms", type=int, default=25, help="the analyst's pause between words")
    return parser.parse_args()


def _usual_port() -> int | None:
    """The port that the documentation speaks of, unless somebody else has it."""
    with socket.socket() as probe:
        return USUAL_PORT if probe.connect_ex(("127.0.0.1", USUAL_PORT)) else None


def _stay_up(stack: Stack, console: Console) -> None:
    gateway = stack.gateway
    console.rule("[bold]Still up[/]")
    console.print("WebSocket    ", gateway.websocket_url, style="bold")
    console.print("@connections ", gateway.management_url)
    console.print("Lambda       ", gateway.lambda_url)
    console.print("DynamoDB     ", gateway.dynamodb_url, f" table {gateway.table_name('Table')}")
    console.print("\nTalk to it from another terminal (the token is good for twelve hours):\n")
    print(f"  .venv/bin/python -m client --url {gateway.websocket_url} --token {stack.token}\n")  # noqa: T201 - unwrapped, to be copied
    console.print("[dim]Ctrl-C ends everything.[/]")
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    done.wait()


if __name__ == "__main__":
    raise SystemExit(main())
