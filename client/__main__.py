"""The terminal chat's command line: `python -m client --url ws://… --token …`."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence

from rich.console import Console

from client.connection import Connection
from client.errors import ClientError
from client.lines import read_lines
from client.terminal import HELP, TerminalChat


def main(arguments: Sequence[str] | None = None) -> int:
    """Chat until the user leaves; return 1 if the server could not be reached or did not let us in."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False)
    try:
        asyncio.run(_chat(options, console))
    except ClientError as error:
        console.print(f"✗ {error}", style="red", markup=False)
        return 1
    except KeyboardInterrupt:  # where the event loop cannot take signals
        return 130
    return 0


async def _chat(options: argparse.Namespace, console: Console) -> None:
    async with Connection(
        options.url, options.token, auth_in=options.auth_in, timeout_s=options.timeout_s
    ) as connection:
        chat = TerminalChat(connection, console, read_lines(sys.stdin.fileno()))
        with contextlib.suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, chat.interrupt)
        if console.is_terminal:
            console.print(HELP + "\n", style="dim", markup=False)
        await chat.run(f"/asset {' '.join(options.asset)}" if options.asset else None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m client", description="Chat with a Threadcast endpoint in this terminal."
    )
    parser.add_argument("--url", required=True, help="the endpoint, ws://… or wss://…, stage included")
    parser.add_argument(
        "--token",
        default=os.environ.get("THREADCAST_TOKEN"),
        help="a JWT; better in the environment as THREADCAST_TOKEN, where other users can't see it",
    )
    parser.add_argument(
        "--auth-in",
        choices=["query", "header", "subprotocol"],
        default="query",
        help="how the token is sent (default: %(default)s)",
    )
    parser.add_argument(
        "--asset", nargs=2, metavar=("TYPE", "ID"), help="begin with a metric, dashboard or report"
    )
    parser.add_argument(
        "--timeout-s",
        type=float,
        default=60.0,
        help="how long to wait for the next frame (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
