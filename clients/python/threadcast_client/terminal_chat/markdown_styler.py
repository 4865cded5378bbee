"""Convert common Markdown marks to styles: **bold**, `code`, # headings and code fences."""

import re
from typing import Final

__all__ = ["MarkdownStyler", "Span"]

Span = tuple[str, str]
"""A text and its rich style; an empty style adds none."""

_MARKS: Final = re.compile(r"(\*\*|`)")
_HEADING: Final = re.compile(r"#{1,6}")
_FENCE: Final = "```"
_BOLD: Final = "bold"
_CODE: Final = "cyan"


class MarkdownStyler:
    """The marks that are open while a text is read word by word.

    The end of a line closes every mark except a code fence. Streaming text allows no look-ahead, so an
    opening mark applies at once, even if no closing mark follows.
    """

    def __init__(self) -> None:
        self._is_bold = self._is_code = self._is_heading = self._is_fenced = False
        self._at_line_start = True
        self._after_mark = False
        self._previous = ""

    def spans(self, word: str) -> list[Span]:
        """Return the visible text of a word with its styles.

        A long word may be passed in several parts; no part except the last may end in a mark.
        """
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
        """Process a space and return whether it is visible; the one after a heading's mark is not."""
        is_visible, self._after_mark = not self._after_mark, False
        self._previous = ""
        return is_visible

    def end_line(self) -> None:
        """Process the end of a line."""
        self._is_bold = self._is_code = self._is_heading = False
        self._at_line_start = True
        self._previous = ""

    def _inline(self, word: str) -> list[Span]:
        if not any(character.isalnum() for character in word):  # a horizontal rule, a single asterisk
            return [(word, self._style())]
        spans: list[Span] = []
        rest = word
        for piece in _MARKS.split(word):
            rest = rest[len(piece) :]
            if not self._toggles(piece, rest) and piece:
                spans.append((piece, self._style()))
            self._previous = piece[-1:] or self._previous
        return spans

    def _toggles(self, piece: str, following: str) -> bool:
        """Toggle a style if `piece` is a mark that opens or closes it here, and return whether it is."""
        if piece == "`" and (self._previous if self._is_code else following):
            self._is_code = not self._is_code
            return True
        if piece == "**" and not self._is_code and self._bounds_bold(following):
            self._is_bold = not self._is_bold
            return True
        return False

    def _bounds_bold(self, following: str) -> bool:
        return bool(self._previous) if self._is_bold else bool(following) and not self._previous.isalnum()

    def _style(self) -> str:
        if self._is_code:
            return _CODE
        return _BOLD if self._is_bold or self._is_heading else ""
