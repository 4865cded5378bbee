"""Writes text to a console as it comes, without cursor tricks: what is written stays where it is."""

import re
from typing import Final

from rich.cells import cell_len
from rich.console import Console

__all__ = ["Typewriter"]

_MAX_WIDTH: Final = 100
_MAX_HELD_CELLS: Final = 24
"""A longer run without a space (Chinese, an address) is written as it comes and broken anywhere."""
_PIECES: Final = re.compile(r"\n|[^\S\n]+|\S+")
_CONTROLS: Final = {code: None for code in [*range(32), *range(127, 160)] if chr(code) not in "\n\t"}
"""Text comes from data that anyone may have written: it must not steer the terminal."""


class Typewriter:
    """Lines, and text that flows in bit by bit; on a terminal it is wrapped between words.

    To wrap, a word is held back until the next space. Elsewhere (a file, a CI log) nothing is held.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, _MAX_WIDTH) if console.is_terminal else None
        self._column = 0
        self._held = ""
        self._ready: list[str] = []
        self._style = ""
        self._indent = 0
        self._above_is_blank = True

    def line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """Write one line of its own, ending whatever flowed before."""
        self.end_line()
        self.flow(text, style, indent)
        self.end_line()

    def blank(self) -> None:
        """Leave one empty line, unless there is one already or nothing stands above."""
        self.end_line()
        if not self._above_is_blank:
            self._break_line()
        self._write()

    def flow(self, text: str, style: str = "", indent: int = 0) -> None:
        """Write on where the text of this style and indent stopped; any other starts on a new line."""
        if (style, indent) != (self._style, self._indent):
            self.end_line()
            self._style, self._indent = style, indent
        for piece in _PIECES.findall(text.translate(_CONTROLS)):
            self._take(piece)
        self._write()

    def more(self, text: str) -> None:
        """Write on in the last style and indent, holding nothing back."""
        self.flow(text, self._style, self._indent)
        self._put_held()
        self._write()

    def end_line(self) -> None:
        """Write what is held back and go to the start of a line."""
        self._put_held()
        if self._column:
            self._break_line()
        self._write()
        self._style, self._indent = "", 0

    def _take(self, piece: str) -> None:
        if not piece.isspace():
            self._held += piece
            if self._width is None or cell_len(self._held) > _MAX_HELD_CELLS:
                self._put_held()
            return
        self._put_held()
        if piece == "\n":
            self._break_line()
        else:
            self._put(piece)

    def _put_held(self) -> None:
        held, self._held = self._held, ""
        if held:
            self._put(held)

    def _put(self, piece: str) -> None:
        cells = cell_len(piece)
        if self._width is not None and self._column and self._column + cells > self._width:
            self._break_line()
            if piece.isspace():
                return
        margin = "" if self._column else " " * self._indent
        self._ready.append(margin + piece)
        self._column += len(margin) + cells

    def _break_line(self) -> None:
        self._ready.append("\n")
        self._above_is_blank = not self._column
        self._column = 0

    def _write(self) -> None:
        text, self._ready = "".join(self._ready), []
        if text:
            encoding = self._console.encoding
            text = text.encode(encoding, "replace").decode(encoding)
            self._console.out(text, style=self._style or None, highlight=False, end="")
