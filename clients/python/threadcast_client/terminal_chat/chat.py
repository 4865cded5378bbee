"""A chat in a terminal: execute input lines and show the answers; commands begin with a slash."""

import asyncio
import itertools
from typing import Any, Final, get_args
from uuid import uuid4

from rich.console import Console

from threadcast_client.connection import Connection
from threadcast_client.errors import ClientError, ConnectionLost
from threadcast_client.protocol.frames import is_gateway_frame
from threadcast_client.protocol.generated_types import AssetTypeName
from threadcast_client.terminal_chat.rate_limit_retry import RateLimitRetry
from threadcast_client.terminal_chat.renderer import Renderer
from threadcast_client.turn import Turn

__all__ = ["HELP", "TerminalChat"]

HELP: Final = """\
Type a question; the chat continues until you start another.
  /asset TYPE ID [QUESTION]  start a chat about a metric, dashboard or report
  /new                       start another chat with the next question
  /stop                      stop the answer (also: Ctrl-C)
  /get                       show the whole stored chat
  /quit                      quit (also: the end of the input)"""

_ASSET_TYPES: Final = {
    name.removesuffix("_file"): name for name in get_args(AssetTypeName) if name.endswith("_file")
}
_MIN_ASSET_ARGUMENTS: Final = 2
_ASSET_USAGE: Final = "Usage: /asset TYPE ID [QUESTION]; TYPE is one of " + ", ".join(_ASSET_TYPES) + "."
_NO_RETRY: Final = RateLimitRetry()
_NO_CHAT: Final = "There is no chat yet: ask a question, or start with /asset."


class TerminalChat:
    """One user's chat over an open connection.

    Lines are executed in order, each after the previous answer, so that a script can be piped in; only
    `/stop` is executed at once.

    Args:
        connection: An open connection; it is reopened if the server has closed it.
        console: Where to write.
        lines: The input; None is its end.
        retry: How requests over the rate limit are retried; by default they are not.

    Attributes:
        failures: The number of lines that were invalid or answered with an error.
    """

    def __init__(
        self,
        connection: Connection,
        console: Console,
        lines: asyncio.Queue[str | None],
        retry: RateLimitRetry = _NO_RETRY,
    ) -> None:
        self.failures = 0
        self._connection = connection
        self._console = console
        self._renderer = Renderer(console, show_questions=not console.is_terminal)
        self._lines = lines
        self._retry = retry
        self._chat_id: str | None = None
        self._turn: Turn | None = None
        self._answer_task: asyncio.Task[None] | None = None
        self._stop_task: asyncio.Task[None] | None = None

    async def run(self, first: str | None = None) -> None:
        """Execute `first`, if given, then every line until the end of the input or `/quit`.

        If retries are enabled, as in a script, and `first` fails, no further line is executed: the others
        depend on the chat that `first` starts.
        """
        is_running = first is None or await self._execute(first)
        if first is not None and self._retry.is_enabled:
            await self._wait_for_answer()
            is_running = is_running and not self.failures
        while is_running:
            if self._answer_task is None or self._answer_task.done():
                self._prompt()
            line = await self._lines.get()
            is_running = line is not None and await self._execute(line.strip())
        await self._wait_for_answer()

    def interrupt(self) -> None:
        """Handle Ctrl-C: stop the running answer; quit on the second call, or if no answer is running."""
        if self._answer_task is None or self._answer_task.done():
            self._lines.put_nowait(None)
        elif self._stop_task is None:
            self._stop_task = asyncio.create_task(self._stop())
        else:
            self._answer_task.cancel()
            self._lines.put_nowait(None)

    async def _execute(self, line: str) -> bool:
        """Execute one line and return whether to read the next."""
        command, *arguments = line.split() or [""]
        if command == "/stop":
            await self._stop()
            return True
        await self._wait_for_answer()
        if command == "/new":
            self._chat_id = None
            self._renderer.note("A new chat.")
        elif command == "/asset" and len(arguments) >= _MIN_ASSET_ARGUMENTS:
            self._start_request("/chats/post", _asset_payload(*arguments))
        elif command == "/get" and self._chat_id:
            new_renderer = Renderer(self._console)  # writes every message again
            self._start_request("/chats/get", {"id": self._chat_id}, new_renderer)
        elif command.startswith("/") and command != "/quit":
            self._explain(command)
        elif command and command != "/quit":
            self._start_request("/chats/post", {"prompt": line, "chat_id": self._chat_id})
        return command != "/quit"

    def _explain(self, command: str) -> None:
        """Show the usage of a command that is invalid or not possible now."""
        self.failures += command != "/help"
        self._renderer.note({"/asset": _ASSET_USAGE, "/get": _NO_CHAT}.get(command, HELP))

    def _start_request(self, route: str, payload: dict[str, Any], renderer: Renderer | None = None) -> None:
        self._stop_task = None
        self._answer_task = asyncio.create_task(self._answer(route, payload, renderer or self._renderer))

    async def _answer(self, route: str, payload: dict[str, Any], renderer: Renderer) -> None:
        try:
            for attempts in itertools.count(1):
                delay_s = await self._try_once(route, payload, renderer, attempts)
                if delay_s is None:
                    break
                await self._retry.wait(delay_s)
        except ClientError as error:
            self.failures += 1
            self._renderer.note(f"✗ {error}", "red")
        self._turn = None
        self._prompt()

    async def _try_once(
        self, route: str, payload: dict[str, Any], renderer: Renderer, attempts: int
    ) -> float | None:
        """Send the request and show the answer; return the delay before a retry in seconds, or None."""
        if not self._connection.is_open:  # API Gateway closes idle connections
            await self._connection.reconnect()
        self._turn = turn = await self._connection.request(route, payload, request_id=str(uuid4()))
        try:
            return await self._show(turn, renderer, attempts)
        except ConnectionLost as error:
            self._renderer.note(f"✗ {error}. Reconnecting …")
            await self._connection.resume(turn)
            return await self._show(turn, renderer, attempts)

    async def _show(self, turn: Turn, renderer: Renderer, attempts: int) -> float | None:
        async for frame in turn:
            delay_s = self._retry.delay_s(frame, attempts)
            if delay_s is not None:
                return delay_s
            renderer.show(frame)
            self._chat_id = turn.chat_id or self._chat_id
            self.failures += is_gateway_frame(frame) or frame["error"] is not None
        return None

    async def _stop(self) -> None:
        turn = self._turn
        if turn is None or turn.chat_id is None or turn.message_id is None:
            self._renderer.note("No answer is running.")
            return
        try:
            await self._connection.stop(turn.chat_id, turn.message_id)
        except ClientError as error:
            self._renderer.note(f"✗ {error}", "red")

    async def _wait_for_answer(self) -> None:
        """Wait until the answer, and a stop that Ctrl-C sent, have ended."""
        tasks = [task for task in (self._answer_task, self._stop_task) if task is not None]
        if tasks:
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.result()

    def _prompt(self) -> None:
        if self._console.is_terminal:
            self._console.out("\n> ", style="bold", highlight=False, end="")


def _asset_payload(asset_type: str, asset_id: str, *question_words: str) -> dict[str, Any]:
    payload = {"asset_id": asset_id, "asset_type": _ASSET_TYPES.get(asset_type, asset_type)}
    return {**payload, "prompt": " ".join(question_words)} if question_words else payload
