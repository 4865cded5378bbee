"""Writes text to a console as it comes, without cursor tricks: what is written stays where it is."""

import re
from typing import Final

from rich.cells import cell_len
from rich.console import Console

from threadcast_client.emphasis import Emphasis, Span

__all__ = ["Typewriter"]

_MAX_WIDTH: Final = 100
_MAX_HELD_CELLS: Final = 24
"""A longer run without a space (Chinese, an address) is written as it comes and broken anywhere."""
_PIECES: Final = re.compile(r"\n|[^\S\n]+|\S+")
_CONTROLS: Final = {code: None for code in [*range(32), *range(127, 160)] if chr(code) not in "\n\t"}
"""Text comes from data that anyone may have written: it must not steer the terminal."""


class Typewriter:
    """Lines, and text that flows in bit by bit; on a terminal it is wrapped between words.

    To wrap, a word is held back until the next space. Elsewhere (a file, a CI log) nothing is held, and
    Markdown stays as it was written.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, _MAX_WIDTH) if console.is_terminal else None
        self._column = 0
        self._held = ""
        self._ready: list[Span] = []
        self._style = ""
        self._indent = 0
        self._emphasis: Emphasis | None = None
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

    def flow(self, text: str, style: str = "", indent: int = 0, *, markdown: bool = False) -> None:
        """Write on where the text of this style and indent stopped; any other starts on a new line."""
        if (style, indent) != (self._style, self._indent):
            self.end_line()
            self._style, self._indent = style, indent
        if self._emphasis is None and markdown and self._width is not None:
            self._emphasis = Emphasis()
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
        self._style, self._indent, self._emphasis = "", 0, None

    def _take(self, piece: str) -> None:
        if not piece.isspace():
            self._held += piece
            if self._width is None:
                self._put_held()
            elif cell_len(self._held) > _MAX_HELD_CELLS:
                self._put_held_but_marks()
            return
        self._put_held()
        if piece == "\n":
            self._break_line()
            if self._emphasis is not None:
                self._emphasis.end_line()
        elif self._emphasis is None or self._emphasis.end_word():
            self._put([(piece, "")])

    def _put_held(self) -> None:
        held, self._held = self._held, ""
        if held:
            self._put([(held, "")] if self._emphasis is None else self._emphasis.spans(held))

    def _put_held_but_marks(self) -> None:
        """Write a word's beginning; what a mark at its end means, the next piece says."""
        beginning = self._held if self._emphasis is None else self._held.rstrip("*`")
        rest, self._held = self._held[len(beginning) :], beginning
        self._put_held()
        self._held = rest

    def _put(self, spans: list[Span]) -> None:
        """Write what belongs together: a word, or the space between two."""
        cells = sum(cell_len(text) for text, _ in spans)
        if self._width is not None and self._column and self._column + cells > self._width:
            self._break_line()
            spans = [(text, style) for text, style in spans if not text.isspace()]
        for text, style in spans:
            margin = "" if self._column else " " * self._indent
            self._ready.append((margin + text, style))
            self._column += len(margin) + cell_len(text)

    def _break_line(self) -> None:
        self._ready.append(("\n", ""))
        self._above_is_blank = not self._column
        self._column = 0

    def _write(self) -> None:
        ready, self._ready = self._ready, []
        for text, style in _joined(ready):
            encoding = self._console.encoding
            readable = text.encode(encoding, "replace").decode(encoding)
            styles = " ".join(filter(None, [self._style, style]))
            self._console.out(readable, style=styles or None, highlight=False, end="")


def _joined(spans: list[Span]) -> list[Span]:
    """Put neighbours of one style together, so that each is written at once."""
    joined: list[Span] = []
    for text, style in spans:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return joined
