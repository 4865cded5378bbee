"""`Output`: writes a command's result as text without control characters, or as JSON."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

__all__ = ["Output"]


class Output:
    """A text stream without control characters except line ends; with `as_json`, one of JSON.

    Names in definitions and from users may contain control characters that would manipulate the operator's
    terminal. Each becomes `�`, or `?` if the stream's encoding lacks it.
    """

    def __init__(self, stream: TextIO, *, as_json: bool = False) -> None:
        self._stream = stream
        self._as_json = as_json

    def result(self, value: Any, lines: Iterable[str]) -> None:
        """Write what a command has to report: the JSON value, or lines without their ends."""
        if self._as_json:
            self._stream.write(json.dumps(value, indent=2, default=str) + "\n")
        else:
            self.writelines(f"{line}\n" for line in lines)

    def note(self, text: str) -> None:
        """Write a line beside the result; JSON has none."""
        if not self._as_json:
            self.write(f"{text}\n")

    def write(self, text: str) -> None:
        """Write a text."""
        shown = "".join(char if char.isprintable() or char == "\n" else "�" for char in text)
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(shown.encode(encoding, "replace").decode(encoding))

    def writelines(self, lines: Iterable[str]) -> None:
        """Write lines that include their line ends."""
        for line in lines:
            self.write(line)
