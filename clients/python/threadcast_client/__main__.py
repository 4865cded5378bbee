"""The terminal chat's command line: `threadcast-chat --url ws://… --token …`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from rich.console import Console

from threadcast_client.connection import Connection
from threadcast_client.console import OutputConsole
from threadcast_client.errors import BadAddress, ClientError, ConnectionLost, HandshakeRefused
from threadcast_client.handshake import check_address
from threadcast_client.lines import read_lines
from threadcast_client.session import hold_chat

_UNAUTHORIZED = 401
_NOT_THERE = (403, 404)
"""What API Gateway answers where there is no such stage."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Chat until the user leaves.

    Return 1 if the server could not be reached or did not let us in, or if a line of a script failed.
    """
    options = _parser().parse_args(arguments)
    console = OutputConsole()
    try:
        return asyncio.run(_chat(options, console))
    except ClientError as error:
        console.print(f"✗ {error}{_hint(error, options)}", style="red", markup=False, soft_wrap=True)
        return 1
    except BrokenPipeError:  # whoever read the output has left
        return 1
    except KeyboardInterrupt:  # where the event loop cannot take signals
        return 130


async def _chat(options: argparse.Namespace, console: Console) -> int:
    async with Connection(
        options.url, options.token, auth_in=options.auth_in, timeout_s=options.timeout_s
    ) as connection:
        first = f"/asset {' '.join(options.asset)}" if options.asset else None
        return await hold_chat(connection, console, read_lines(sys.stdin.fileno()), first)


def _hint(error: ClientError, options: argparse.Namespace) -> str:
    """Say what is most likely wrong, where the error alone leaves a newcomer guessing."""
    if isinstance(error, ConnectionLost) and error.code is None:
        return ". Does the endpoint run, and is this its port?"
    if not isinstance(error, HandshakeRefused):
        return ""
    return _hint_at_door(error, urlsplit(options.url).path, has_token=bool(options.token))


def _hint_at_door(refusal: HandshakeRefused, stage: str, *, has_token: bool) -> str:
    if stage in ("", "/"):
        return ". The address names no stage; it should end in one, such as /prod."
    if not has_token:
        return ". There is no token: give one by --token or THREADCAST_TOKEN."
    if refusal.status == _UNAUTHORIZED:
        return ". Is the token this endpoint's, and not expired?"
    return f". Is the stage {stage} right?" if refusal.status in _NOT_THERE else ""


def _address(text: str) -> str:
    try:
        return check_address(text)
    except BadAddress as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="threadcast-chat", description="Chat with a Threadcast endpoint in this terminal."
    )
    parser.add_argument(
        "--url", type=_address, required=True, help="the endpoint, ws://… or wss://…, stage included"
    )
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
        "--asset",
        nargs=2,
        metavar=("TYPE", "ID"),
        help="begin with an asset: metric, dashboard or report, and its id",
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
