"""A chat in a terminal: execute input lines and show the answers; commands begin with a slash."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeAlias, get_args
from uuid import uuid4

from rich.console import Console

from threadcast_client.connection import Connection
from threadcast_client.errors import ClientError, ConnectionLost, TurnFailed
from threadcast_client.protocol.frames import is_gateway_frame
from threadcast_client.protocol.generated_types import AssetTypeName
from threadcast_client.terminal_chat.chat_commands import CHAT_COMMANDS, ChatCommands, WrongUsage
from threadcast_client.terminal_chat.output import JsonOutput, Output, TextOutput
from threadcast_client.terminal_chat.rate_limit_retry import RateLimitRetry
from threadcast_client.turn import Turn

__all__ = ["HELP", "TerminalChat"]

HELP: Final = """\
Type a question; the chat continues until you start another.
  /asset TYPE ID [QUESTION]  start a chat about a metric, dashboard or report
  /new                       start another chat with the next question
  /stop                      stop the answer (also: Ctrl-C)
  /get                       show the whole stored chat
  /chats [COUNT]             list your chats, the ones changed last first
  /search WORDS              list your chats in whose title or questions all words occur
  /open CHAT                 show a stored chat and continue it; CHAT is a number of the last list, or an id
  /rename TITLE              rename the open chat
  /favorite [CHAT]           mark a chat as your favorite, by default the open one
  /unfavorite [CHAT]         take the mark back
  /duplicate [CHAT]          copy a chat, by default the open one, and continue the copy
  /delete [CHAT]             delete a chat, by default the open one
  /quit                      quit (also: the end of the input)"""

_ASSET_TYPES: Final = {
    name.removesuffix("_file"): name for name in get_args(AssetTypeName) if name.endswith("_file")
}
_MIN_ASSET_ARGUMENTS: Final = 2
_ASSET_USAGE: Final = "Usage: /asset TYPE ID [QUESTION]; TYPE is one of " + ", ".join(_ASSET_TYPES) + "."
_NO_RETRY: Final = RateLimitRetry()
_NO_CHAT: Final = "There is no chat yet: ask a question, or start with /asset."
_USAGES: Final = {
    "/asset": _ASSET_USAGE,
    "/get": _NO_CHAT,
    "/open": "Usage: /open CHAT; CHAT is a number of the last list, or an id.",
}
_Attempt: TypeAlias = Callable[[int], Awaitable[float | None]]
"""Tries once, given the number of attempts with this one; returns the delay before the next, or None."""


class TerminalChat:
    """One user's chat over an open connection.

    Lines are executed in order, each after the previous answer, so that a script can be piped in; only
    `/stop` is executed at once.

    Args:
        connection: An open connection; it is reopened if the server has closed it.
        console: Where to write.
        lines: The input; None is its end.
        retry: How requests over the rate limit are retried; by default they are not.
        as_json: Whether to write JSON Lines instead of text.
        shows_other_turns: Whether to show the turns that other connections of the user start.

    Attributes:
        failures: The number of lines that were invalid or answered with an error.
    """

    def __init__(
        self,
        connection: Connection,
        console: Console,
        lines: asyncio.Queue[str | None],
        retry: RateLimitRetry = _NO_RETRY,
        *,
        as_json: bool = False,
        shows_other_turns: bool = False,
    ) -> None:
        self.failures = 0
        self._connection = connection
        self._output: Output = JsonOutput(console) if as_json else TextOutput(console)
        self._commands = ChatCommands(connection.chats, self._output)
        self._lines = lines
        self._retry = retry
        self._shows_other_turns = shows_other_turns
        self._chat_id: str | None = None
        self._turn: Turn | None = None
        self._answer_task: asyncio.Task[None] | None = None
        self._stop_task: asyncio.Task[None] | None = None

    async def run(self, first: str | None = None) -> None:
        """Execute `first`, if given, then every line until the end of the input or `/quit`.

        If retries are enabled, as in a script, and `first` fails, no further line is executed: the others
        depend on the chat that `first` starts.
        """
        watching = asyncio.create_task(self._watch_other_turns()) if self._shows_other_turns else None
        try:
            await self._run(first)
        finally:
            if watching is not None:
                await _cancelled(watching)

    async def _run(self, first: str | None) -> None:
        is_running = first is None or await self._execute(first)
        if first is not None and self._retry.is_enabled:
            await self._wait_for_answer()
            is_running = is_running and not self.failures
        while is_running:
            if not self._is_answering:
                self._output.prompt()
            line = await self._lines.get()
            is_running = line is not None and await self._execute(line.strip())
        await self._wait_for_answer()

    @property
    def _is_answering(self) -> bool:
        return self._answer_task is not None and not self._answer_task.done()

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
        command, _, argument = line.partition(" ")
        if command == "/stop":
            await self._stop()
            return True
        await self._wait_for_answer()
        self._output.begin_answer()
        if command == "/new":
            self._chat_id = None
            self._output.note("A new chat.")
        elif command in CHAT_COMMANDS:
            self._start(partial(self._try_command, command, argument.strip()))
        elif command != "/quit":
            request = self._request_of(line)
            if request is not None:
                self._start(partial(self._try_request, *request))
        return command != "/quit"

    def _request_of(self, line: str) -> tuple[str, dict[str, Any]] | None:
        """Return the route and the payload that a line asks for; None if it asks for none."""
        command, *arguments = line.split() or [""]
        if command == "/asset" and len(arguments) >= _MIN_ASSET_ARGUMENTS:
            return "/chats/post", _asset_payload(*arguments)
        if command == "/get" and self._chat_id:
            return "/chats/get", {"id": self._chat_id}
        if command == "/open" and arguments:
            return "/chats/get", {"id": self._commands.id_of(arguments[0])}
        if command.startswith("/"):
            self._explain(command)
            return None
        return ("/chats/post", {"prompt": line, "chat_id": self._chat_id}) if command else None

    def _explain(self, command: str) -> None:
        """Show the usage of a command that is invalid or not possible now."""
        self.failures += command != "/help"
        self._output.note(_USAGES.get(command, HELP))

    def _start(self, attempt: _Attempt) -> None:
        self._stop_task = None
        self._answer_task = asyncio.create_task(self._answer(attempt))

    async def _answer(self, attempt: _Attempt) -> None:
        try:
            for attempts in itertools.count(1):
                if not self._connection.is_open:  # API Gateway closes idle connections
                    await self._connection.reconnect()
                delay_s = await attempt(attempts)
                if delay_s is None:
                    break
                await self._retry.wait(delay_s)
        except WrongUsage as error:
            self.failures += 1
            self._output.note(str(error))
        except ClientError as error:
            self.failures += 1
            self._output.note(str(error), is_failure=True)
        self._turn = None
        self._output.prompt()

    async def _try_command(self, command: str, argument: str, attempts: int) -> float | None:
        try:
            self._chat_id = await self._commands.execute(command, argument, self._chat_id)
        except TurnFailed as failed:
            delay_s = self._retry.delay_s(failed.frame, attempts)
            if delay_s is None:
                raise
            return delay_s
        return None

    async def _try_request(self, route: str, payload: dict[str, Any], attempts: int) -> float | None:
        """Send the request and show the answer; return the delay before a retry in seconds, or None."""
        self._turn = turn = await self._connection.request(route, payload, request_id=str(uuid4()))
        try:
            return await self._show(turn, attempts)
        except ConnectionLost as error:
            self._output.note(f"✗ {error}. Reconnecting …")
            await self._connection.resume(turn)
            return await self._show(turn, attempts)

    async def _show(self, turn: Turn, attempts: int) -> float | None:
        async for frame in turn:
            delay_s = self._retry.delay_s(frame, attempts)
            if delay_s is not None:
                return delay_s
            self._output.show(frame, whole=turn.route == "/chats/get")
            self._chat_id = turn.chat_id or self._chat_id
            self.failures += is_gateway_frame(frame) or frame["error"] is not None
        return None

    async def _stop(self) -> None:
        turn = self._turn
        if turn is None or turn.chat_id is None or turn.message_id is None:
            self._output.note("No answer is running.")
            return
        try:
            await self._connection.stop(turn.chat_id, turn.message_id)
        except ClientError as error:
            self._output.note(str(error), is_failure=True)

    async def _wait_for_answer(self) -> None:
        """Wait until the answer, and a stop that Ctrl-C sent, have ended."""
        tasks = [task for task in (self._answer_task, self._stop_task) if task is not None]
        if tasks:
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.result()

    async def _watch_other_turns(self) -> None:
        async for frame in self._connection.frames_of_other_turns():
            self._output.show_other(frame)


async def _cancelled(task: asyncio.Task[None]) -> None:
    """Cancel a task that runs until then; raise the error with which it ended before, if it did."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _asset_payload(asset_type: str, asset_id: str, *question_words: str) -> dict[str, Any]:
    payload = {"asset_id": asset_id, "asset_type": _ASSET_TYPES.get(asset_type, asset_type)}
    return {**payload, "prompt": " ".join(question_words)} if question_words else payload
