"""A chat in a terminal: lines in, answers out as they come; commands begin with a slash."""

import asyncio
import itertools
from typing import Any, Final
from uuid import uuid4

from rich.console import Console

from threadcast_client.connection import Connection
from threadcast_client.errors import ClientError, ConnectionLost
from threadcast_client.frames import is_gateway_frame
from threadcast_client.patience import Patience
from threadcast_client.render import Renderer
from threadcast_client.turn import Turn

__all__ = ["HELP", "TerminalChat"]

HELP: Final = """\
Type a question; the chat goes on until you begin another.
  /asset TYPE ID [QUESTION]  a new chat about a metric, dashboard or report
  /new                       begin another chat with the next question
  /stop                      stop the answer (Ctrl-C does too)
  /get                       show the whole chat as it is stored
  /quit                      leave (the end of the input does too)"""

_ASSET_TYPES: Final = {"metric": "metric_file", "dashboard": "dashboard_file", "report": "report_file"}
_SHORTEST_ASSET_WORDS: Final = 2
_ASSET_USAGE: Final = (
    "Say /asset TYPE ID, and a question if there is one; TYPE is metric, dashboard or report."
)
_NO_PATIENCE: Final = Patience()
_NO_CHAT: Final = "There is no chat yet: ask something, or begin with /asset."


class TerminalChat:
    """One user's chat over an open connection.

    Lines are obeyed in order, each after the former's answer, so that a script can be piped in; only `/stop`
    is obeyed at once.

    Args:
        connection: Open; it is opened again when the server has closed it meanwhile.
        console: Where to write.
        lines: What the user types; None is the end.
        patience: How what the server refuses for the moment is sent again; by default the user does it.

    Attributes:
        failures: How many lines were answered with an error or made no sense.
    """

    def __init__(
        self,
        connection: Connection,
        console: Console,
        lines: asyncio.Queue[str | None],
        patience: Patience = _NO_PATIENCE,
    ) -> None:
        self.failures = 0
        self._connection = connection
        self._console = console
        self._renderer = Renderer(console, echo_requests=not console.is_terminal)
        self._lines = lines
        self._patience = patience
        self._chat_id: str | None = None
        self._turn: Turn | None = None
        self._answering: asyncio.Task[None] | None = None
        self._stopping: asyncio.Task[None] | None = None

    async def run(self, first: str | None = None) -> None:
        """Obey `first`, where given, then every line until the end or `/quit`.

        A script whose `first` failed ends there: the rest was meant for what that was to begin.
        """
        going_on = first is None or await self._obey(first)
        if first is not None and self._patience.is_for_scripts:
            await self._settle()
            going_on = going_on and not self.failures
        while going_on:
            if self._answering is None or self._answering.done():
                self._prompt()
            line = await self._lines.get()
            going_on = line is not None and await self._obey(line.strip())
        await self._settle()

    def interrupt(self) -> None:
        """Do what Ctrl-C asks for: stop the answer; leave at the second time, or when nothing is answered."""
        if self._answering is None or self._answering.done():
            self._lines.put_nowait(None)
        elif self._stopping is None:
            self._stopping = asyncio.create_task(self._stop())
        else:
            self._answering.cancel()
            self._lines.put_nowait(None)

    async def _obey(self, line: str) -> bool:
        """Do what a line says, and return whether to go on."""
        command, *words = line.split() or [""]
        if command == "/stop":
            await self._stop()
            return True
        await self._settle()
        if command == "/new":
            self._chat_id = None
            self._renderer.note("A new chat.")
        elif command == "/asset" and len(words) >= _SHORTEST_ASSET_WORDS:
            self._ask("/chats/post", _about_asset(*words))
        elif command == "/get" and self._chat_id:
            self._ask("/chats/get", {"id": self._chat_id}, Renderer(self._console))  # all of it, shown or not
        elif command.startswith("/") and command != "/quit":
            self._explain(command)
        elif command and command != "/quit":
            self._ask("/chats/post", {"prompt": line, "chat_id": self._chat_id})
        return command != "/quit"

    def _explain(self, command: str) -> None:
        """Say how a command is used that could not be obeyed."""
        self.failures += command != "/help"
        self._renderer.note({"/asset": _ASSET_USAGE, "/get": _NO_CHAT}.get(command, HELP))

    def _ask(self, route: str, payload: dict[str, Any], renderer: Renderer | None = None) -> None:
        self._stopping = None
        self._answering = asyncio.create_task(self._answer(route, payload, renderer or self._renderer))

    async def _answer(self, route: str, payload: dict[str, Any], renderer: Renderer) -> None:
        try:
            for tries in itertools.count(1):
                pause_s = await self._ask_once(route, payload, renderer, tries)
                if pause_s is None:
                    break
                await self._patience.wait(pause_s)
        except ClientError as error:
            self.failures += 1
            self._renderer.note(f"✗ {error}", "red")
        self._turn = None
        self._prompt()

    async def _ask_once(
        self, route: str, payload: dict[str, Any], renderer: Renderer, tries: int
    ) -> float | None:
        """Ask and show the answer; return when to ask again, in seconds, or None if this was it."""
        if not self._connection.is_open:  # closed while the user was thinking
            await self._connection.reconnect()
        self._turn = turn = await self._connection.request(route, payload, request_id=str(uuid4()))
        try:
            return await self._show(turn, renderer, tries)
        except ConnectionLost as error:
            self._renderer.note(f"✗ {error}. Connecting again …")
            await self._connection.resume(turn)
            return await self._show(turn, renderer, tries)

    async def _show(self, turn: Turn, renderer: Renderer, tries: int) -> float | None:
        async for frame in turn:
            pause_s = self._patience.pause_s(frame, tries)
            if pause_s is not None:
                return pause_s
            renderer.show(frame)
            self._chat_id = turn.chat_id or self._chat_id
            self.failures += is_gateway_frame(frame) or frame["error"] is not None
        return None

    async def _stop(self) -> None:
        turn = self._turn
        if turn is None or turn.chat_id is None or turn.message_id is None:
            self._renderer.note("Nothing is being answered.")
            return
        try:
            await self._connection.stop(turn.chat_id, turn.message_id)
        except ClientError as error:
            self._renderer.note(f"✗ {error}", "red")

    async def _settle(self) -> None:
        """Wait until nothing is being answered."""
        tasks = [task for task in (self._answering, self._stopping) if task is not None]
        if tasks:
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.result()

    def _prompt(self) -> None:
        if self._console.is_terminal:
            self._console.out("\n> ", style="bold", highlight=False, end="")


def _about_asset(asset_type: str, asset_id: str, *question: str) -> dict[str, Any]:
    payload = {"asset_id": asset_id, "asset_type": _ASSET_TYPES.get(asset_type, asset_type)}
    return {**payload, "prompt": " ".join(question)} if question else payload
