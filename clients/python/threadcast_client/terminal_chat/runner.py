"""Run a terminal chat on this process's standard input and output, for a user or for a script."""

import asyncio
import contextlib
import signal
import sys
from typing import Final

from rich.console import Console

from threadcast_client.connection import Connection
from threadcast_client.terminal_chat.chat import HELP, TerminalChat
from threadcast_client.terminal_chat.rate_limit_retry import RateLimitRetry

__all__ = ["run_terminal_chat"]

_MAX_SCRIPT_ATTEMPTS: Final = 10


async def run_terminal_chat(
    connection: Connection,
    console: Console,
    lines: asyncio.Queue[str | None],
    first: str | None = None,
    *,
    as_json: bool = False,
) -> int:
    """Chat over an open connection until the end of the input or `/quit`, and return the exit code.

    Input that is not a terminal is a script: requests over the rate limit are retried, and the exit code is 1
    if any line failed.

    Args:
        connection: An open connection.
        console: Where to write.
        lines: The input; None is its end.
        first: A line to execute before the input; None for none.
        as_json: Whether to write JSON Lines instead of text.
    """
    is_script = not sys.stdin.isatty()
    retry = RateLimitRetry(_MAX_SCRIPT_ATTEMPTS, _report) if is_script else RateLimitRetry()
    chat = TerminalChat(
        connection, console, lines, retry, as_json=as_json, shows_other_turns=as_json or not is_script
    )
    with contextlib.suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, chat.interrupt)
    if console.is_terminal and not is_script and not as_json:
        console.print(HELP + "\n", style="dim", markup=False)
    await chat.run(first)
    return 1 if is_script and chat.failures else 0


def _report(message: str) -> None:
    sys.stderr.write(message + "\n")
    sys.stderr.flush()
