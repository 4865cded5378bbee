"""Show the turns that other connections of the user have started, as they stream."""

import io
from collections.abc import Callable, Mapping
from typing import Any, Final

from rich.console import Console

from threadcast_client.protocol.frames import is_terminal
from threadcast_client.terminal_chat.renderer import Renderer
from threadcast_client.terminal_chat.wrapping_writer import WrappingWriter

__all__ = ["OtherTurns"]

_HEADING: Final = "── From another connection"


class OtherTurns:
    """Writes whole lines of each turn, under a heading where the lines before are of something else.

    Args:
        console: The console whose width and styles the lines have.
        write_lines: Writes text that ends with a line.
    """

    def __init__(self, console: Console, write_lines: Callable[[str], None]) -> None:
        self._console = console
        self._write_lines = write_lines
        self._turns: dict[str, _TurnOfChat] = {}
        self._ended: set[str | None] = set()
        self._last: _TurnOfChat | None = None

    def show(self, frame: Mapping[str, Any]) -> None:
        """Write the lines that this frame completes; a terminal frame that is repeated adds nothing."""
        chat_id, message_id = _ids(frame)
        if message_id in self._ended:
            return
        if chat_id not in self._turns:
            self._turns[chat_id] = _TurnOfChat(self._console)
        turn = self._turns[chat_id]
        lines = turn.lines_of(frame)
        if lines:
            self._write_lines(("" if turn is self._last else turn.heading()) + lines)
            self._last = turn
        if is_terminal(frame):
            self._ended |= {message_id} - {None}
            del self._turns[chat_id]
            self._write_lines("\n")
            self._last = None

    def interrupt(self) -> None:
        """Record that something else has been written: the next lines need a heading."""
        self._last = None


class _TurnOfChat:
    """A chat whose lines are rendered apart from all others."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._text = _Text(console.encoding)
        self._renderer = Renderer(_console_on(self._text, console))
        self._title = ""
        self._sender = ""

    def lines_of(self, frame: Mapping[str, Any]) -> str:
        """Return the lines that are complete with this frame; the rest of the text waits for its end."""
        if frame["sent_by"]:
            self._sender = f" of {frame['sent_by']['name']}"
        self._renderer.show(frame)
        return self._text.take_lines()

    def heading(self) -> str:
        """Return the line above this turn's lines: who asked, and the chat's title unless it follows."""
        text = _Text(self._console.encoding)
        title, self._title = self._title, self._renderer.title
        heading = f"{_HEADING}{self._sender}{title and f': {title}'} ──"
        WrappingWriter(_console_on(text, self._console)).write_line(heading, "bold")
        return text.take_lines()


class _Text(io.StringIO):
    """Text whose whole lines can be taken out."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the console on which the text ends."""
        return self._encoding

    def take_lines(self) -> str:
        """Return the whole lines and remove them."""
        end = self.getvalue().rfind("\n") + 1
        lines, rest = self.getvalue()[:end], self.getvalue()[end:]
        self.seek(0)
        self.truncate()
        self.write(rest)
        return lines


def _console_on(text: _Text, console: Console) -> Console:
    """Return a console that writes to `text` as `console` would write to its own file."""
    return Console(
        file=text,
        width=console.width,
        force_terminal=console.is_terminal,
        color_system="standard" if console.color_system else None,
        highlight=False,
    )


def _ids(frame: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return the ids of the chat and of the message that a frame of a turn is about; None: not named."""
    body = frame["error"] or frame["payload"]
    if "message_ids" in body:
        return body["id"], next(reversed(body["message_ids"]), None)
    return body["chat_id"], body.get("message_id")
