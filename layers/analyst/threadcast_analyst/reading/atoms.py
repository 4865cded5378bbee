"""Single mentions of time: "2009", "July 2012", "Q3 2010", "the 1990s", "the 17th century", "July"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from threadcast.assets.columns.dates import MONTHS, Grain, Period, date_of, period_of, spanned
from threadcast_analyst.reading.words import Word

__all__ = ["SEASONS", "TimeAtom", "time_atoms"]

_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_MONTH_NUMBERS |= {name[:3]: number for name, number in _MONTH_NUMBERS.items()} | {"sept": 9}
_ALSO_WORDS = frozenset({"may", "march", "mar", "sep", "dec", "jan"})
SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)}
"""The seasons of the northern half of the Earth, by whole months."""

_SEASON_WORDS = SEASONS | {"fall": SEASONS["autumn"]}
_CENTURIES = {
    name: number
    for number, name in enumerate(
        [
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=11,
    )
}
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_HALVES = {"first": 1, "second": 7, "last": 7}
"""The months that the halves of a year begin with."""

_TIME_PREPOSITIONS = frozenset({
    "in", "of", "during", "since", "from", "until", "to", "and", "between", "after", "before", "by", "for",
    "every", "each", "this", "last", "did", "does",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimeAtom:
    """One mention: a period, or months of the year without one; `first` to `last` are its words' places."""

    first: int
    last: int
    period: Period | None = None
    months: tuple[int, ...] = ()


def time_atoms(words: Sequence[Word], only_year: int | None = None) -> tuple[TimeAtom, ...]:
    """Every mention of time, in the order of the words; `only_year` is that of days without one."""
    found: list[TimeAtom] = []
    at = 0
    while at < len(words):
        atom = _day_of(words, at, only_year) or _atom(words, at)
        if atom is not None:
            found.append(atom)
        at = at + 1 if atom is None else atom.last + 1
    return tuple(found)


def _atom(words: Sequence[Word], at: int) -> TimeAtom | None:  # noqa: PLR0911 - one line per form
    text = words[at].text
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text) and (day := date_of(text)):
        return TimeAtom(at, at, period_of(day, Grain.DAY if text.count("-") == 2 else Grain.MONTH))  # noqa: PLR2004 - YYYY-MM-DD
    if re.fullmatch(r"[12]\d{2}0s", text):
        return _years(at, at, int(text[:4]), 10 if text == "2000s" or text[2] != "0" else 100)
    if (century := _century(words, at)) is not None:
        return _years(at, at + 1, century * 100 - 99, 100)
    if (year := _year(words, at)) is not None:
        return TimeAtom(at, at, period_of(date(year, 1, 1), Grain.YEAR))
    if _is_month(words, at):
        return _month(words, at)
    if text in _SEASON_WORDS and (text != "fall" or _is_season(words, at)):
        return TimeAtom(at, at, months=_SEASON_WORDS[text])
    return _day_first(words, at) or _quarter(words, at) or _half(words, at)


def _day_of(words: Sequence[Word], at: int, only_year: int | None) -> TimeAtom | None:
    """Read "4 July" and "July 4" where they can be of one year only."""
    if only_year is None:
        return None
    for month_at, day_at in ((at, at + 1), (at + 1, at), (at + 2, at)):
        day = _day_number(words, day_at)
        if day is None or not _is_month(words, month_at):
            continue
        if month_at == at + 2 and words[at + 1].text != "of":
            continue
        last = max(month_at, day_at)
        if _year(words, last + 1) is None:
            return _dated(at, last, only_year, _MONTH_NUMBERS[words[month_at].text], day)
    return None


def _year(words: Sequence[Word], at: int) -> int | None:
    if at < len(words) and re.fullmatch(r"[12]\d{3}", words[at].text):
        return int(words[at].text)
    return None


def _century(words: Sequence[Word], at: int) -> int | None:
    """Read "17th century"."""
    if at + 1 >= len(words) or words[at + 1].stem != "century":
        return None
    found = re.fullmatch(r"(1\d|20)th", words[at].text)
    return int(found[1]) if found else _CENTURIES.get(words[at].text)


def _years(first: int, last: int, year: int, count: int) -> TimeAtom:
    begin, end = (period_of(date(found, 1, 1), Grain.YEAR) for found in (year, year + count - 1))
    return TimeAtom(first, last, spanned(begin, end))


def _is_season(words: Sequence[Word], at: int) -> bool:
    """Whether "fall" is the season: "in the fall", "in fall 2013"."""
    before = [word.text for word in words[max(0, at - 2) : at]]
    return before[-1:] in (["in"], ["during"]) or before in (["in", "the"], ["during", "the"])


def _is_month(words: Sequence[Word], at: int) -> bool:
    if at >= len(words) or words[at].text not in _MONTH_NUMBERS:
        return False
    if words[at].text not in _ALSO_WORDS:
        return True
    before = words[at - 1].text if at else ""
    return before in _TIME_PREPOSITIONS or (words[at].capital and at > 0) or _year(words, at + 1) is not None


def _month(words: Sequence[Word], at: int) -> TimeAtom | None:
    """Read "July", "July 2012", "July of 2012" or "July 4, 2012"."""
    month = _MONTH_NUMBERS[words[at].text]
    day = _day_number(words, at + 1)
    if day is not None and (year := _year(words, at + 2)) is not None:
        return _dated(at, at + 2, year, month, day)
    of = at + 1 < len(words) and words[at + 1].text in {"of", "in"}
    year_at = at + 2 if of else at + 1
    year = _year(words, year_at)
    if year is None:
        return TimeAtom(at, at, months=(month,))
    return TimeAtom(at, year_at, period_of(date(year, month, 1), Grain.MONTH))


def _day_first(words: Sequence[Word], at: int) -> TimeAtom | None:
    """Read "4 July 2012" and "4th of July 2012"."""
    day = _day_number(words, at)
    month_at = at + 2 if at + 1 < len(words) and words[at + 1].text == "of" else at + 1
    if day is None or not _is_month(words, month_at) or (year := _year(words, month_at + 1)) is None:
        return None
    return _dated(at, month_at + 1, year, _MONTH_NUMBERS[words[month_at].text], day)


def _dated(first: int, last: int, year: int, month: int, day: int) -> TimeAtom | None:
    try:
        return TimeAtom(first, last, period_of(date(year, month, day), Grain.DAY))
    except ValueError:  # 31 February: no such day is read as its month
        return None


def _day_number(words: Sequence[Word], at: int) -> int | None:
    found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", words[at].text) if at < len(words) else None
    return int(found[1]) if found is not None and 1 <= int(found[1]) <= 31 else None  # noqa: PLR2004 - days of a month


def _quarter(words: Sequence[Word], at: int) -> TimeAtom | None:
    """Read "Q3 2010" and "third quarter of 2010"; a quarter without its year is no mention."""
    after = [word.text for word in words[at + 1 : at + 3]]
    if (
        words[at].text in _QUARTERS
        and after == ["quarter", "of"]
        and (year := _year(words, at + 3)) is not None
    ):
        month = _QUARTERS[words[at].text] * 3 - 2
        return TimeAtom(at, at + 3, period_of(date(year, month, 1), Grain.QUARTER))
    number, year = _day_number(words, at + 1), _year(words, at + 2)
    if words[at].text != "q" or number not in (1, 2, 3, 4) or year is None:
        return None
    return TimeAtom(at, at + 2, period_of(date(year, number * 3 - 2, 1), Grain.QUARTER))


def _half(words: Sequence[Word], at: int) -> TimeAtom | None:
    """Read "first half of 2010" and "second half 2010"; a half without its year is no mention."""
    after = [word.text for word in words[at + 1 : at + 3]]
    if words[at].text not in _HALVES or after[:1] != ["half"]:
        return None
    last = at + 3 if after[1:] == ["of"] else at + 2
    if (year := _year(words, last)) is None:
        return None
    begin, end = (date(year, _HALVES[words[at].text] + months, 1) for months in (0, 5))
    return TimeAtom(at, last, spanned(period_of(begin, Grain.MONTH), period_of(end, Grain.MONTH)))
