"""Joins the phrases of a question that state a time or a threshold together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from threadcast.assets.columns.dates import (
    Grain,
    Period,
    date_of,
    period_of,
    shifted,
    spanned,
)
from threadcast_analyst.reading.frames import Declined
from threadcast_analyst.reading.lexicon import Kind, Meaning
from threadcast_analyst.reading.limits import is_year, limits_at
from threadcast_analyst.reading.mentions import Mention
from threadcast_analyst.reading.tables import Subject
from threadcast_analyst.reading.words import key_of, vocabulary

__all__ = ["Moments", "with_moments"]

_MAX_JOINED = 8
_MAX_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class Moments:
    """What times are relative to: the table's dates, today, and the year that a follow-up stays with."""

    subject: Subject
    today: date
    year: int | None = None


_Rule = Callable[[Sequence[Mention], int, Moments], "tuple[Mention, int] | None"]


def with_moments(mentions: Sequence[Mention], moments: Moments) -> list[Mention]:
    """Return the phrases with times and thresholds joined to one mention each; fillers are left out."""
    kept = [mention for mention in mentions if mention.kind is not Kind.FILLER]
    joined = _applied(kept, (_limited, *_TIMES), moments)
    return _applied(joined, (_range, _bounded), moments)


def _applied(mentions: Sequence[Mention], rules: Sequence[_Rule], moments: Moments) -> list[Mention]:
    found, at = [], 0
    while at < len(mentions):
        result = next((hit for rule in rules if (hit := rule(mentions, at, moments))), None)
        found.append(result[0] if result else mentions[at])
        at += result[1] if result else 1
    return found


def _joined(kind: Kind, of: object, mentions: Sequence[Mention]) -> tuple[Mention, int]:
    return Mention(Meaning(kind, "", of), " ".join(mention.text for mention in mentions)), len(mentions)


def _kinds(mentions: Sequence[Mention], at: int) -> list[Kind | None]:
    """Return the kinds of the next phrases; missing ones are None."""
    kinds: list[Kind | None] = [mention.kind for mention in mentions[at : at + _MAX_JOINED]]
    return kinds + [None] * (_MAX_JOINED - len(kinds))


def _limited(mentions: Sequence[Mention], at: int, moments: Moments) -> tuple[Mention, int] | None:
    found = limits_at(mentions, at, has_time=moments.subject.span is not None)
    return None if found is None else _joined(Kind.THRESHOLD, found[0], mentions[at : at + found[1]])


def _relative(mentions: Sequence[Mention], at: int, moments: Moments) -> tuple[Mention, int] | None:
    """Read "last year", "last 3 months", "this year", "today" by the calendar."""
    first, today = mentions[at], moments.today
    kinds = _kinds(mentions, at)
    if first.has("next", "tomorrow"):
        raise Declined(f"“{first.text}” lies ahead: I compute from rows that exist, and forecast nothing.")
    if first.has("today", "yesterday"):
        day = today - timedelta(first.has("yesterday"))
        return _joined(Kind.PERIOD, (period_of(day, Grain.DAY),), mentions[at : at + 1])
    if first.has("ytd"):
        year = period_of(today, Grain.YEAR)
        return _joined(Kind.PERIOD, (Period(year.first, today, Grain.DAY),), mentions[at : at + 1])
    if first.has("this") and (grain := _grain_of(first.text.split()[-1])) is not None:
        return _joined(Kind.PERIOD, (period_of(today, grain),), mentions[at : at + 1])
    if first.has("last") and kinds[1] is Kind.GRAIN:
        return _joined(Kind.PERIOD, (_back(mentions[at + 1], 1, today),), mentions[at : at + 2])
    if first.has("last") and kinds[1:3] == [Kind.NUMBER, Kind.GRAIN]:
        count = mentions[at + 1].meaning.of
        if isinstance(count, float) and 0 < count <= _MAX_STEPS and count.is_integer():
            return _joined(Kind.PERIOD, (_back(mentions[at + 2], int(count), today),), mentions[at : at + 3])
    return None


def _grain_of(word: str) -> Grain | None:
    return vocabulary().grains.get(key_of(word))


def _back(grain: Mention, count: int, today: date) -> Period:
    """Return the `count` whole periods before the one that today is in."""
    assert isinstance(grain.meaning.of, Grain)  # noqa: S101 - a mention of a grain
    current = period_of(today, grain.meaning.of)
    return spanned(shifted(current, -count), shifted(current, -1))


def _quarter(mentions: Sequence[Mention], at: int, moments: Moments) -> tuple[Mention, int] | None:
    first, kinds = mentions[at], _kinds(mentions, at)
    used = 1 if first.meaning.name == "q" else 2
    is_named = kinds[1] is Kind.GRAIN and mentions[at + 1].meaning.of is Grain.QUARTER
    is_quarter = first.meaning.name == "q" or (first.meaning.name == "ordinal" and is_named)
    if not is_quarter or first.kind is not Kind.NUMBER or moments.subject.span is None:
        return None
    year, after = _year_after(mentions, at + used)
    month = int(float(str(first.meaning.of))) * 3
    found = _in_years(lambda y: period_of(date(y, month, 1), Grain.QUARTER), year, moments)
    return _joined(Kind.PERIOD, found, mentions[at:after])


def _year_after(mentions: Sequence[Mention], at: int) -> tuple[int | None, int]:
    """Return the year that follows, over "of", "in" and a comma, and where the rest begins."""
    ahead = at
    while ahead < len(mentions) and ahead < at + 2 and (mentions[ahead].text.lower() in {"of", "in", ","}):
        ahead += 1
    if ahead < len(mentions) and (year := _year_of(mentions[ahead])) is not None:
        return year, ahead + 1
    return None, at


def _year_of(mention: Mention) -> int | None:
    of = mention.meaning.of
    has_year = mention.kind is Kind.NUMBER and isinstance(of, float) and is_year(of)
    return int(of) if has_year and isinstance(of, float) and mention.text.isdigit() else None


def _in_years(make: Callable[[int], Period], year: int | None, moments: Moments) -> tuple[Period, ...]:
    """Return the period in the year that is named; without one, in each year that has rows in it."""
    if year is None and moments.year is not None:
        year = moments.year
    if year is not None:
        return (make(year),)
    possible = [make(each) for each in sorted(moments.subject.years)]
    days = {day for day in moments.subject.days if day is not None}
    return tuple(period for period in possible if any(day in period for day in days)) or tuple(possible[-1:])


def _month(mentions: Sequence[Mention], at: int, moments: Moments) -> tuple[Mention, int] | None:
    """Read "July", "July 2014", "4 July 2014", "July 4, 2014", "4th of July"."""
    start, day = at, None
    if _is_day(mentions[at]) and (ahead := _month_ahead(mentions, at + 1)) is not None:
        day, at = mentions[at].meaning.of, ahead
    if mentions[at].kind is not Kind.MONTH:
        return None
    month = mentions[at].meaning.of
    after = at + 1
    if day is None and after < len(mentions) and _is_day(mentions[after]):
        day, after = mentions[after].meaning.of, after + 1
    year, after = _year_after(mentions, after)

    def made(in_year: int) -> Period:
        first = date_of(f"{in_year:04d}-{month:02d}-{int(float(str(day or 1))):02d}")
        if first is None:
            raise Declined(f"There is no {' '.join(each.text for each in mentions[start:after])}.")
        return period_of(first, Grain.MONTH if day is None else Grain.DAY)

    return _joined(Kind.PERIOD, _in_years(made, year, moments), mentions[start:after])


def _is_day(mention: Mention) -> bool:
    of = mention.meaning.of
    return mention.kind is Kind.NUMBER and isinstance(of, float) and of.is_integer() and not is_year(of)


def _month_ahead(mentions: Sequence[Mention], at: int) -> int | None:
    """Return where a month stands that a day's number precedes."""
    if at < len(mentions) and mentions[at].text.lower() == "of":
        at += 1
    return at if at < len(mentions) and mentions[at].kind is Kind.MONTH else None


def _year(mentions: Sequence[Mention], at: int, moments: Moments) -> tuple[Mention, int] | None:
    if moments.subject.span is None:
        return None
    if mentions[at].kind is Kind.NUMBER and mentions[at].meaning.name == "iso":
        text = str(mentions[at].meaning.of)
        if (day := date_of(text)) is None:
            raise Declined(f"There is no {text} in the calendar.")
        grain = Grain.MONTH if len(text) == len("2014-07") else Grain.DAY
        return _joined(Kind.PERIOD, (period_of(day, grain),), mentions[at : at + 1])
    named = mentions[at].kind is Kind.GRAIN and mentions[at].meaning.of is Grain.YEAR
    ahead = at + 1 if named else at
    is_grouping = at > 0 and mentions[at - 1].has("by", "per", "which")
    if ahead < len(mentions) and not is_grouping and (year := _year_of(mentions[ahead])) is not None:
        return _joined(Kind.PERIOD, (period_of(date(year, 1, 1), Grain.YEAR),), mentions[at : ahead + 1])
    return None


_TIMES: tuple[_Rule, ...] = (_relative, _quarter, _month, _year)


def _range(mentions: Sequence[Mention], at: int, _moments: Moments) -> tuple[Mention, int] | None:
    """Read "from A to B", "between A and B", "A to B"."""
    opening = mentions[at].has("from", "between")
    first = at + 1 if opening else at
    if _kinds(mentions, first)[0] is not Kind.PERIOD or _kinds(mentions, first)[2] is not Kind.PERIOD:
        return None
    link = mentions[first + 1]
    if not (link.has("to") or (mentions[at].has("between") and link.has("and"))):
        return None
    starts, ends = _periods(mentions[first]), _periods(mentions[first + 2])
    begin, end = _matched(starts, ends)
    if begin.first > end.first:
        raise Declined(
            f"“{mentions[first].text}” is after “{mentions[first + 2].text}”: ask from the earlier one on."
        )
    return _joined(Kind.RANGE, (begin, end), mentions[at : first + 3])


def _matched(starts: Sequence[Period], ends: Sequence[Period]) -> tuple[Period, Period]:
    """Return both ends; one without a year is in the year of the other ("from January to October 2025")."""
    if len(starts) > 1 and len(ends) == 1:
        starts = [period for period in starts if period.first.year == ends[0].first.year]
    if len(ends) > 1 and len(starts) == 1:
        ends = [period for period in ends if period.first.year == starts[0].first.year]
    if len(starts) != 1 or len(ends) != 1:
        raise Declined("The rows cover several years: name the year, too.")
    return starts[0], ends[0]


def _periods(mention: Mention) -> tuple[Period, ...]:
    of = mention.meaning.of
    return tuple(period for period in of if isinstance(period, Period)) if isinstance(of, tuple) else ()


def _bounded(mentions: Sequence[Mention], at: int, moments: Moments) -> tuple[Mention, int] | None:
    """Read "since A", "after A", "before A", "until A": up to an end of the rows."""
    span, kinds = moments.subject.span, _kinds(mentions, at)
    is_bound = mentions[at].has("since", "after", "before", "to", "from")
    if span is None or not is_bound or kinds[1] is not Kind.PERIOD:
        return None
    period = _matched(_periods(mentions[at + 1]), _periods(mentions[at + 1])[-1:])[0]
    begin, end = period_of(span.first, period.grain), period_of(span.last, period.grain)
    if mentions[at].has("since", "from"):
        begin = period
    elif mentions[at].has("after"):
        begin = shifted(period, 1)
    else:
        end = period if mentions[at].has("to") else shifted(period, -1)
    if begin.first > end.first:
        raise Declined(f"The rows cover {span}: none is {mentions[at].text} {period}.")
    return _joined(Kind.RANGE, (begin, end), mentions[at : at + 2])
