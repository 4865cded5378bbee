"""The command `threadcast-chat --url wss://… --token …`: parse the options and run the terminal chat."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from rich.console import Console

from threadcast_client.connection import Connection
from threadcast_client.errors import BadAddress, ClientError, ConnectionLost, HandshakeRefused
from threadcast_client.handshake import check_address
from threadcast_client.terminal_chat.output import JsonOutput
from threadcast_client.terminal_chat.runner import run_terminal_chat
from threadcast_client.terminal_chat.stdio import OutputConsole, read_lines

_UNAUTHORIZED = 401
_UNKNOWN_STAGE = (403, 404)
_TOO_MANY_REQUESTS = 429
"""API Gateway's status codes for a stage that does not exist."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the terminal chat and return the exit code.

    It is 1 if the connection failed or if a line of a script failed.
    """
    options = _parser().parse_args(arguments)
    console = OutputConsole()
    try:
        return asyncio.run(_chat(options, console))
    except ClientError as error:
        _report(f"{error}{_hint(error, options)}", console, as_json=options.json)
        return 1
    except BrokenPipeError:  # the reader of the output has closed the pipe
        return 1
    except KeyboardInterrupt:  # on Windows, where the event loop handles no signals
        return 130


async def _chat(options: argparse.Namespace, console: Console) -> int:
    async with Connection(
        options.url, options.token, auth_in=options.auth_in, timeout_s=options.timeout_s
    ) as connection:
        first = f"/asset {' '.join(options.asset)}" if options.asset else None
        return await run_terminal_chat(
            connection, console, read_lines(sys.stdin.fileno()), first, as_json=options.json
        )


def _report(failure: str, console: Console, *, as_json: bool) -> None:
    if as_json:
        JsonOutput(console).note(failure, is_failure=True)
    else:
        console.print(f"✗ {failure}", style="red", markup=False, soft_wrap=True)


def _hint(error: ClientError, options: argparse.Namespace) -> str:
    """Return the most likely cause, to be appended to the error; empty if the error is clear."""
    if isinstance(error, ConnectionLost) and error.code is None:
        return ". Is the endpoint running, and is this its port?"
    if not isinstance(error, HandshakeRefused):
        return ""
    return _handshake_hint(error, urlsplit(options.url).path, has_token=bool(options.token))


def _handshake_hint(refusal: HandshakeRefused, stage: str, *, has_token: bool) -> str:
    if stage in ("", "/"):
        return ". The address has no stage; it should end in one, such as /prod."
    if not has_token:
        return ". There is no token: pass one with --token or THREADCAST_TOKEN."
    if refusal.status == _UNAUTHORIZED:
        return ". Is the token meant for this endpoint, and not expired?"
    if refusal.status == _TOO_MANY_REQUESTS:
        return ". This user has as many open connections as allowed, or the server is busy: try again later."
    return f". Is the stage {stage} right?" if refusal.status in _UNKNOWN_STAGE else ""


def _address(text: str) -> str:
    try:
        return check_address(text)
    except BadAddress as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="threadcast-chat",
        description="Chat with a Threadcast endpoint in this terminal; /help lists the commands in it.",
    )
    parser.add_argument(
        "--url", type=_address, required=True, help="the endpoint, ws://… or wss://…, including the stage"
    )
    parser.add_argument(
        "--token",
        default=os.environ.get("THREADCAST_TOKEN"),
        help="a JWT; prefer the environment variable THREADCAST_TOKEN, which other users cannot see",
    )
    parser.add_argument(
        "--auth-in",
        choices=["query", "header", "subprotocol"],
        default="query",
        help="how the token is sent (default: %(default)s)",
    )
    parser.add_argument(
        "--asset",
        nargs=2,
        metavar=("TYPE", "ID"),
        help="start with an asset: metric, dashboard or report, and its id",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="write JSON Lines: every frame, the turns of your other connections included, and every result",
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
