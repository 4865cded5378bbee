"""Dates in metrics: parsing of cells, the grain of a column, periods and their names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Literal

from threadcast.domain.asset import Cell

__all__ = [
    "MONTHS",
    "Grain",
    "Period",
    "date_of",
    "grain_of",
    "grain_word",
    "index_of",
    "period_of",
    "shifted",
    "spanned",
]

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_TIME = r"[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)? ?(?:Z|[+-]\d{2}(?::?\d{2})?)?"
_ISO_DATE = re.compile(rf"(\d{{4}})(?:-(\d{{2}})(?:-(\d{{2}})(?:{_TIME})?)?)?")


class Grain(IntEnum):
    """Granularity of time, from fine to coarse."""

    DAY = 1
    MONTH = 2
    QUARTER = 3
    YEAR = 4


GrainWord = Literal["day", "month", "quarter", "year"]

_WORDS: dict[Grain, GrainWord] = {
    Grain.DAY: "day",
    Grain.MONTH: "month",
    Grain.QUARTER: "quarter",
    Grain.YEAR: "year",
}


def grain_word(grain: Grain) -> GrainWord:
    """Return the word for one period of this grain."""
    return _WORDS[grain]


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` up to and including `last`, one period of `grain` or several of them."""

    first: date
    last: date
    grain: Grain

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        begin, end = _label(self.first, self.grain), _label(self.last, self.grain)
        return begin if begin == end else f"{begin} to {end}"


def period_of(day: date, grain: Grain) -> Period:
    """Return the period of this grain that contains the day."""
    if grain is Grain.DAY:
        return Period(day, day, grain)
    months = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[grain]
    first_month = (day.month - 1) // months * months + 1
    first = date(day.year, first_month, 1)
    return Period(first, _month_end(day.year, first_month + months - 1), grain)


def index_of(period: Period) -> int:
    """Return the position of a period among all of its grain: adjacent periods differ by one."""
    match period.grain:
        case Grain.DAY:
            return period.first.toordinal()
        case Grain.MONTH:
            return period.first.year * 12 + period.first.month - 1
        case Grain.QUARTER:
            return period.first.year * 4 + (period.first.month - 1) // 3
        case Grain.YEAR:
            return period.first.year


def shifted(period: Period, steps: int) -> Period:
    """Return the period that is `steps` times its own length later (negative: earlier).

    Beyond the range of the calendar, return the period unchanged.
    """
    try:
        return _moved(period, steps)
    except (OverflowError, ValueError):
        return period


def spanned(first: Period, last: Period) -> Period:
    """Return the period from the start of `first` to the end of `last`, at the finer of the two grains."""
    return Period(first.first, last.last, min(first.grain, last.grain))


def date_of(cell: Cell) -> date | None:
    """Return the day in a cell: an ISO 8601 string (also of a year or a month) or a year's number."""
    if isinstance(cell, str):
        return _date_in(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and 1000 <= cell <= 2999:  # noqa: PLR2004 - years
        return date(cell, 1, 1)
    return None


def grain_of(days: Iterable[date]) -> Grain:
    """Return the grain of these days: years if all are 1 January, months if all are the first of a month."""
    distinct = set(days)
    if any(day.day != 1 for day in distinct):
        return Grain.DAY
    return Grain.YEAR if all(day.month == 1 for day in distinct) else Grain.MONTH


def _date_in(text: str) -> date | None:
    try:
        if len(text) == len("YYYY-MM-DD") and text[4] == text[7] == "-":  # the common case, and much faster
            return date.fromisoformat(text)
        found = _ISO_DATE.fullmatch(text.strip())
        return None if found is None else date(*(int(part or 1) for part in found.groups()))
    except ValueError:
        return None


def _moved(period: Period, steps: int) -> Period:
    if period.grain is Grain.DAY:
        days = timedelta(steps * ((period.last - period.first).days + 1))
        return Period(period.first + days, period.last + days, period.grain)
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    first = _months_later(period.first, steps * months)
    last = _months_later(period.last.replace(day=1), steps * months)
    return Period(first, _month_end(last.year, last.month), period.grain)


def _label(day: date, grain: Grain) -> str:
    match grain:
        case Grain.YEAR:
            return str(day.year)
        case Grain.QUARTER:
            return f"Q{(day.month + 2) // 3} {day.year}"
        case Grain.MONTH:
            return f"{MONTHS[day.month - 1]} {day.year}"
        case Grain.DAY:
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _months_later(first_of_month: date, months: int) -> date:
    count = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _month_end(year: int, month: int) -> date:
    if month == 12:  # noqa: PLR2004 - December
        return date(year, 12, 31)
    return date(year, month + 1, 1) - timedelta(1)
