"""Times told by the rows' own span: "last year" is the last year that the rows have."""

from collections.abc import Sequence
from datetime import date, timedelta

from threadcast.assets.columns.dates import Grain, Period, period_of, shifted
from threadcast_analyst.reading.words import Word

__all__ = ["GRAIN_WORDS", "in_year", "period_before", "relative_periods"]

GRAIN_WORDS = {"day": Grain.DAY, "month": Grain.MONTH, "quarter": Grain.QUARTER, "year": Grain.YEAR}
_LAST = frozenset({"last", "latest", "past", "recent", "final", "this", "current"})
_BESIDE = frozenset({"over", "within", "in", "during", "for", "the", "of"})
_NEWEST = frozenset({"latest", "newest", "current"})
_FEBRUARY = 2
_OF_SOMETHING = frozenset({"of", "with", "when", "that", "where"})
_FIRST = frozenset({"first", "earliest", "initial"})
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip


def relative_periods(
    words: Sequence[Word], span: Period, taken: frozenset[int]
) -> tuple[tuple[Period, ...], frozenset[int]]:
    """The periods that are told from the rows' ends, and the places of the words that do.

    "The first day of 2012" and "the first day above 30" (these words are `taken`) are none of these.
    """
    found: list[Period] = []
    places: set[int] = set()
    for word in words:
        length = _phrase_length(words, word.at)
        end = word.at + length
        if (
            length
            and not _is_sought(words, word.at, taken)
            and end not in taken
            and not (end < len(words) and words[end].text in _OF_SOMETHING)
        ):
            found.append(_period(words[word.at : word.at + length], span))
            begin = word.at
            while begin and words[begin - 1].text in _BESIDE:
                begin -= 1
            places.update(range(begin, word.at + length))
        elif word.text in _NEWEST and word.at not in taken:
            found.append(period_of(span.last, span.grain))
            places.add(word.at)
    return tuple(found), frozenset(places)


def _is_sought(words: Sequence[Word], at: int, taken: frozenset[int]) -> bool:
    """Whether the first period is sought that meets a condition: "the first year nuclear was above 5000"."""
    before = {word.text for word in words[max(0, at - 2) : at]}
    return words[at].text in _FIRST and any(place > at for place in taken) and not before & _BESIDE - {"the"}


def period_before(period: Period, span: Period) -> Period:
    """The period before, of the same length but no finer than the rows."""
    return shifted(period_of(period.first, max(period.grain, span.grain)), -1)


def in_year(period: Period, year: int) -> Period:
    """The same days, months or quarter of another year; of 29 February, at most the month's last day."""
    first, last = (_day_in(year, day) for day in (period.first, period.last))
    return Period(first, last, period.grain)


def _day_in(year: int, day: date) -> date:
    """The day of another year; the end of February stays its end."""
    month = period_of(date(year, day.month, 1), Grain.MONTH)
    is_end = day == period_of(day, Grain.MONTH).last and day.month == _FEBRUARY
    return month.last if is_end else day.replace(year=year)


def _phrase_length(words: Sequence[Word], at: int) -> int:
    """How many words "last year", "most recent month", "last 5 years" takes; 0: it is none of these."""
    if words[at].text not in _LAST | _FIRST:
        return 0
    for length in (2, 3):
        tail = words[at + 1 : at + length]
        if len(tail) == length - 1 and tail[-1].stem in GRAIN_WORDS:
            return length if length == 2 or _count(tail[0]) else 0  # noqa: PLR2004 - no count between
    return 0


def _count(word: Word) -> int:
    if word.text.isdecimal() and len(word.text) <= 3:  # noqa: PLR2004 - a longer one is no count
        return int(word.text)
    return _NUMBERS.get(word.text, 0)


def _period(phrase: Sequence[Word], span: Period) -> Period:
    grain = max(GRAIN_WORDS[phrase[-1].stem], span.grain)
    count = _count(phrase[1]) if len(phrase) > 2 else 1  # noqa: PLR2004 - "last 5 years"
    if phrase[0].text in _FIRST:
        end = period_of(span.first, grain)
        for _ in range(min(count, 1000) - 1):
            end = period_of(end.last + timedelta(1), grain) if end.last < span.last else end
        return Period(period_of(span.first, grain).first, end.last, grain)
    begin = period_of(span.last, grain)
    for _ in range(min(count, 1000) - 1):
        begin = shifted(begin, -1) if begin.first > span.first else begin
    return Period(begin.first, period_of(span.last, grain).last, grain)
