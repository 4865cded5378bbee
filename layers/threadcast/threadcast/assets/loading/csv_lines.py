"""Splits the text of a CSV file into lines of cells, and finds the delimiter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

__all__ = ["CsvFault", "Line", "delimiter_of", "lines_of"]

DELIMITERS = (",", ";", "\t")
MAX_CELL_CHARACTERS = 131_072

_TRIED_LINES = 1_000
_DELIMITER_LINE = re.compile(r"\s*sep=(.)[ \t]*(?:\r\n?|\n)", re.IGNORECASE)
"""A first line that names the delimiter for Excel."""

Line = tuple[int, list[str]]
"""A line's number, from 1, and its cells, without the blanks around them."""


class CsvFault(Exception):
    """A text is no CSV: the reason, and the line where it shows."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def delimiter_of(text: str) -> str:
    """Return the delimiter that a first line `sep=;` names, else the one that fits; raises `CsvFault`.

    A delimiter fits a line that it divides into as many cells as the header, at least two. If two of them
    divide every line, only the author knows which one is meant.
    """
    named = _DELIMITER_LINE.match(text)
    if named is not None:
        return named[1]
    trials = {mark: _Trial.of(text, mark) for mark in DELIMITERS}
    perfect = [mark for mark, trial in trials.items() if trial.fits_all]
    if len(perfect) > 1:
        marks = " or ".join(f"'sep={mark}'" for mark in perfect)
        raise CsvFault(f"more than one delimiter fits; name it in a line above the header: {marks}", 1)
    return max(DELIMITERS, key=lambda mark: trials[mark].rank)


def lines_of(text: str, delimiter: str) -> Iterator[Line]:
    """Yield the lines that are not blank; raises `CsvFault`.

    A quotation mark at the beginning of a cell quotes it, also after blanks.
    """
    named = _DELIMITER_LINE.match(text)
    position, number = (0, 1) if named is None else (named.end(), text.count("\n", 0, named.end()) + 1)
    pattern = _cell_pattern(delimiter)
    begin, cells = number, list[str]()
    while position < len(text) or cells:
        found = pattern.match(text, position)
        if found is None:
            raise _quotation_fault(text, position, number)
        cell, end = _cell(found), found["end"]
        if len(cell) > MAX_CELL_CHARACTERS:
            reason = f"a cell has {len(cell):,} characters; at most {MAX_CELL_CHARACTERS:,} are kept"
            raise CsvFault(reason, number)
        cells.append(cell)
        number += _line_ends(found.group())
        position = found.end()
        if end != delimiter:
            if any(cells):
                yield begin, cells
            begin, cells = number, []


@dataclass(frozen=True, slots=True)
class _Trial:
    """How a delimiter divides the first lines: the header's cells, the lines below it, those that fit."""

    columns: int
    lines: int
    fitting: int

    @classmethod
    def of(cls, text: str, delimiter: str) -> "_Trial":
        sizes: list[int] = []
        try:
            sizes.extend(len(cells) for _, cells in islice(lines_of(text, delimiter), _TRIED_LINES))
        except CsvFault:
            sizes.append(0)  # a line that fits no header
        columns, *below = sizes or [0]
        return cls(columns, len(below), below.count(columns) if columns > 1 else 0)

    @property
    def fits_all(self) -> bool:
        return self.lines == self.fitting > 0

    @property
    def rank(self) -> tuple[int, bool]:
        return self.fitting, self.columns > 1


@cache
def _cell_pattern(delimiter: str) -> re.Pattern[str]:
    """Return the pattern of a cell with the delimiter or line end after it; nothing in it is tried twice."""
    mark = re.escape(delimiter)
    blanks = rf"(?:(?!{mark})[^\S\r\n])*+"
    end = rf"(?P<end>{mark}|\r\n?|\n|\Z)"
    quoted = r'"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"'
    return re.compile(rf'{blanks}(?:{quoted}{blanks}|(?P<plain>(?!")(?:(?!{mark})[^\r\n])*+)){end}')


def _cell(found: re.Match[str]) -> str:
    quoted = found["quoted"]
    return found["plain"].strip() if quoted is None else quoted.replace('""', '"').strip()


def _line_ends(text: str) -> int:
    r"""Return the number of line ends, of which `\r\n` is one."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _quotation_fault(text: str, position: int, number: int) -> CsvFault:
    opened = text.index('"', position)
    closed = re.compile(r'[^"]*+(?:""[^"]*+)*+"').match(text, opened + 1)
    if closed is None:
        return CsvFault("a quotation mark is opened here and never closed", number)
    line = number + _line_ends(text[position : closed.end()])
    return CsvFault(f"{text[closed.end()]!r} follows a closing quotation mark, instead of a delimiter", line)
