"""What a command writes on: a terminal that shows texts as they are, whoever has written them."""

from collections.abc import Iterable
from typing import TextIO

__all__ = ["Terminal"]


class Terminal:
    """A stream that nothing but line ends can steer.

    Names come from definitions and from users; a control character among them could rewrite what the operator
    sees. Whatever can't be shown becomes `�`, or `?` where the stream lacks even that.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write a text."""
        shown = "".join(char if char.isprintable() or char == "\n" else "�" for char in text)
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(shown.encode(encoding, "replace").decode(encoding))

    def writelines(self, lines: Iterable[str]) -> None:
        """Write lines that bring their ends."""
        for line in lines:
            self.write(line)
