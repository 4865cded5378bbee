"""Write streaming text to a console, wrapped between words; the cursor never moves back."""

import re
from typing import Final

from rich.cells import cell_len
from rich.console import Console

from threadcast_client.terminal_chat.markdown_styler import MarkdownStyler, Span

__all__ = ["WrappingWriter"]

_MAX_WIDTH: Final = 100
_MAX_PENDING_CELLS: Final = 24
"""A longer run without a space (Chinese text, a URL) is written as it arrives and broken at any character."""
_PIECE: Final = re.compile(r"\n|[^\S\n]+|\S+")
_NO_CONTROLS: Final = {code: None for code in [*range(32), *range(127, 160)] if chr(code) not in "\n\t"}
"""Removes control characters: text from users and data must not send escape sequences to the terminal."""


class WrappingWriter:
    """Lines, and text that arrives in chunks.

    On a terminal, each word is buffered until the next space so that lines break between words, and Markdown
    becomes styles. Elsewhere (a file, a CI log) text is written unchanged as it arrives.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, _MAX_WIDTH) if console.is_terminal else None
        self._column = 0
        self._pending = ""
        self._output: list[Span] = []
        self._style = ""
        self._indent = 0
        self._markdown: MarkdownStyler | None = None
        self._is_after_blank_line = True

    def write_line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """End the current line and write one line."""
        self.end_line()
        self.write(text, style, indent)
        self.end_line()

    def write_blank_line(self) -> None:
        """Write one empty line, unless the last line is empty or nothing has been written."""
        self.end_line()
        if not self._is_after_blank_line:
            self._break_line()
        self._flush()

    def write(self, text: str, style: str = "", indent: int = 0, *, markdown: bool = False) -> None:
        """Continue the text of this style and indent; a different style or indent starts a new line."""
        if (style, indent) != (self._style, self._indent):
            self.end_line()
            self._style, self._indent = style, indent
        if self._markdown is None and markdown and self._width is not None:
            self._markdown = MarkdownStyler()
        for piece in _PIECE.findall(text.translate(_NO_CONTROLS)):
            self._add(piece)
        self._flush()

    def append(self, text: str) -> None:
        """Continue in the last style and indent, and write the buffered word too."""
        self.write(text, self._style, self._indent)
        self._put_pending()
        self._flush()

    def end_line(self) -> None:
        """Write the buffered word and go to the start of a line."""
        self._put_pending()
        if self._column:
            self._break_line()
        self._flush()
        self._style, self._indent, self._markdown = "", 0, None

    def _add(self, piece: str) -> None:
        if not piece.isspace():
            self._pending += piece
            if self._width is None:
                self._put_pending()
            elif cell_len(self._pending) > _MAX_PENDING_CELLS:
                self._put_pending_but_marks()
            return
        self._put_pending()
        if piece == "\n":
            self._break_line()
            if self._markdown is not None:
                self._markdown.end_line()
        elif self._markdown is None or self._markdown.end_word():
            self._put([(piece, "")])

    def _put_pending(self) -> None:
        word, self._pending = self._pending, ""
        if word:
            self._put([(word, "")] if self._markdown is None else self._markdown.spans(word))

    def _put_pending_but_marks(self) -> None:
        """Write the word except a mark at its end, whose meaning depends on the next piece."""
        beginning = self._pending if self._markdown is None else self._pending.rstrip("*`")
        rest, self._pending = self._pending[len(beginning) :], beginning
        self._put_pending()
        self._pending = rest

    def _put(self, spans: list[Span]) -> None:
        """Write a word or the space between two words, and break the line before it if it does not fit."""
        cells = sum(cell_len(text) for text, _ in spans)
        if self._width is not None and self._column and self._column + cells > self._width:
            self._break_line()
            spans = [(text, style) for text, style in spans if not text.isspace()]
        for text, style in spans:
            margin = "" if self._column else " " * self._indent
            self._output.append((margin + text, style))
            self._column += len(margin) + cell_len(text)

    def _break_line(self) -> None:
        self._output.append(("\n", ""))
        self._is_after_blank_line = not self._column
        self._column = 0

    def _flush(self) -> None:
        output, self._output = self._output, []
        for text, style in _merged_spans(output):
            encoding = self._console.encoding
            encodable = text.encode(encoding, "replace").decode(encoding)
            styles = " ".join(filter(None, [self._style, style]))
            self._console.out(encodable, style=styles or None, highlight=False, end="")


def _merged_spans(spans: list[Span]) -> list[Span]:
    """Merge neighbouring spans of the same style."""
    merged: list[Span] = []
    for text, style in spans:
        if merged and merged[-1][1] == style:
            merged[-1] = (merged[-1][0] + text, style)
        else:
            merged.append((text, style))
    return merged
