"""`Output`: writes texts without control characters."""

from collections.abc import Iterable
from typing import TextIO

__all__ = ["Output"]


class Output:
    """A text stream without control characters except line ends.

    Names in definitions and from users may contain control characters that would manipulate the operator's
    terminal. Each becomes `�`, or `?` if the stream's encoding lacks it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write a text."""
        shown = "".join(char if char.isprintable() or char == "\n" else "�" for char in text)
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(shown.encode(encoding, "replace").decode(encoding))

    def writelines(self, lines: Iterable[str]) -> None:
        """Write lines that include their line ends."""
        for line in lines:
            self.write(line)
