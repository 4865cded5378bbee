"""Holds a terminal chat on this process's own input and output, for a person or for a script."""

import asyncio
import contextlib
import signal
import sys
from typing import Final

from rich.console import Console

from threadcast_client.connection import Connection
from threadcast_client.patience import Patience
from threadcast_client.terminal import HELP, TerminalChat

__all__ = ["hold_chat"]

_SCRIPT_TRIES: Final = 10


async def hold_chat(
    connection: Connection, console: Console, lines: asyncio.Queue[str | None], first: str | None = None
) -> int:
    """Chat over an open connection until the user leaves, and return the exit code.

    Input that is piped in is a script: where the server asks to wait, it waits, and one line that failed
    makes the exit code 1.
    """
    is_script = not sys.stdin.isatty()
    patience = Patience(_SCRIPT_TRIES, _say) if is_script else Patience()
    chat = TerminalChat(connection, console, lines, patience)
    with contextlib.suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, chat.interrupt)
    if console.is_terminal and not is_script:
        console.print(HELP + "\n", style="dim", markup=False)
    await chat.run(first)
    return 1 if is_script and chat.failures else 0


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
