"""Reads the marks of Markdown that answers use most: **bold**, `code`, # headings; all else stays."""

import re
from typing import Final

__all__ = ["Emphasis", "Span"]

Span = tuple[str, str]
"""A text and its style, in rich's words; an empty style adds nothing."""

_MARKS: Final = re.compile(r"(\*\*|`)")
_HEADING: Final = re.compile(r"#{1,6}")
_FENCE: Final = "```"
_BOLD: Final = "bold"
_CODE: Final = "cyan"


class Emphasis:
    """What is open while a text is read word by word; the end of a line closes everything but a fence.

    A text that streams can't be looked ahead in, so a mark counts where it could begin or end something, and
    one that is never closed ends with its line.
    """

    def __init__(self) -> None:
        self._is_bold = self._is_code = self._is_heading = self._is_fenced = False
        self._at_line_start = True
        self._after_mark = False
        self._before = ""

    def spans(self, word: str) -> list[Span]:
        """Return what of a word is shown, and how; a long word may come in parts, none ending in a mark."""
        starts_line, self._at_line_start = self._at_line_start, False
        if starts_line and word.startswith(_FENCE):
            self._is_fenced = not self._is_fenced
            return [(word, "dim")]
        if self._is_fenced:
            return [(word, "")]
        if starts_line and _HEADING.fullmatch(word):
            self._is_heading = self._after_mark = True
            return []
        return self._inline(word)

    def end_word(self) -> bool:
        """Take note of a space, and say whether it is shown: not the one that follows a heading's mark."""
        is_shown, self._after_mark = not self._after_mark, False
        self._before = ""
        return is_shown

    def end_line(self) -> None:
        """Take note of a line's end."""
        self._is_bold = self._is_code = self._is_heading = False
        self._at_line_start = True
        self._before = ""

    def _inline(self, word: str) -> list[Span]:
        if not any(character.isalnum() for character in word):  # a rule, a lone star
            return [(word, self._style())]
        shown: list[Span] = []
        rest = word
        for piece in _MARKS.split(word):
            rest = rest[len(piece) :]
            if not self._turns(piece, rest) and piece:
                shown.append((piece, self._style()))
            self._before = piece[-1:] or self._before
        return shown

    def _turns(self, piece: str, after: str) -> bool:
        """Whether this is a mark that begins or ends something here; then it has."""
        if piece == "`" and (self._before if self._is_code else after):
            self._is_code = not self._is_code
            return True
        if piece == "**" and not self._is_code and self._bounds_bold(after):
            self._is_bold = not self._is_bold
            return True
        return False

    def _bounds_bold(self, after: str) -> bool:
        return bool(self._before) if self._is_bold else bool(after) and not self._before.isalnum()

    def _style(self) -> str:
        if self._is_code:
            return _CODE
        return _BOLD if self._is_bold or self._is_heading else ""
