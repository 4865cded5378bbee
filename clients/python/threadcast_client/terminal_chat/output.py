"""What the terminal chat writes: text for people, or JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rich.console import Console

from threadcast_client.terminal_chat.other_turns import OtherTurns
from threadcast_client.terminal_chat.prompt_line import PromptLine
from threadcast_client.terminal_chat.renderer import Renderer

__all__ = ["JsonOutput", "Output", "TextOutput"]


class Output(Protocol):
    """Where frames, notes and the results of commands go."""

    def show(self, frame: Mapping[str, Any], *, whole: bool = False) -> None:
        """Write a frame of the user's own requests; `whole`: every message of its chat, again."""
        ...

    def show_other(self, frame: Mapping[str, Any]) -> None:
        """Write a frame of a turn that another connection has started."""
        ...

    def note(self, text: str, *, is_failure: bool = False) -> None:
        """Write a line that is not part of a chat."""
        ...

    def result(self, command: str, value: Any, lines: Sequence[str]) -> None:
        """Write the result of a command: as a value, or in these lines."""
        ...

    def begin_answer(self) -> None:
        """Record that the user has sent a line, and that what is written from now on belongs to it."""
        ...

    def prompt(self) -> None:
        """Record that the answer has ended: the user may send another line."""
        ...


class TextOutput:
    """Text. Frames of other turns are shown between answers, above the prompt."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._renderer = Renderer(console, show_questions=not console.is_terminal)
        self._prompt_line = PromptLine(console)
        self._others = OtherTurns(console, self._prompt_line.write_above)
        self._is_answering = False
        self._held: list[Mapping[str, Any]] = []

    def show(self, frame: Mapping[str, Any], *, whole: bool = False) -> None:
        """Write what the frame adds to the text written so far."""
        (Renderer(self._console) if whole else self._renderer).show(frame)

    def show_other(self, frame: Mapping[str, Any]) -> None:
        """Write the frame under a heading, once no answer of this terminal is being written."""
        if self._is_answering:
            self._held.append(frame)
        else:
            self._others.show(frame)

    def note(self, text: str, *, is_failure: bool = False) -> None:
        """Write a dim line, or a red one with a cross."""
        if is_failure:
            self._renderer.note(f"✗ {text}", "red")
        else:
            self._renderer.note(text)

    def result(self, command: str, value: Any, lines: Sequence[str]) -> None:  # noqa: ARG002 - of Output
        """Write the lines."""
        for line in lines:
            self._renderer.note(line, "")

    def begin_answer(self) -> None:
        """Leave the prompt, and hold the frames of other turns back."""
        self._prompt_line.leave()
        self._is_answering = True
        self._others.interrupt()

    def prompt(self) -> None:
        """Write the frames that were held back, then the prompt."""
        self._is_answering = False
        held, self._held = self._held, []
        for frame in held:
            self._others.show(frame)
        self._prompt_line.show()


class JsonOutput:
    """JSON Lines: each frame, those of other turns too, and each result and note as an object."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, frame: Mapping[str, Any], *, whole: bool = False) -> None:  # noqa: ARG002 - of Output
        """Write the frame."""
        self._write(frame)

    def show_other(self, frame: Mapping[str, Any]) -> None:
        """Write the frame."""
        self._write(frame)

    def note(self, text: str, *, is_failure: bool = False) -> None:
        """Write `{"note", "is_failure"}`."""
        self._write({"note": text, "is_failure": is_failure})

    def result(self, command: str, value: Any, lines: Sequence[str]) -> None:  # noqa: ARG002 - of Output
        """Write `{"command", "result"}`."""
        self._write({"command": command, "result": value})

    def begin_answer(self) -> None:
        """Do nothing: each line of JSON says what it belongs to."""

    def prompt(self) -> None:
        """Do nothing: programs need no prompt."""

    def _write(self, value: Mapping[str, Any]) -> None:
        self._console.out(json.dumps(value), highlight=False)
