"""Joins phrases that state a time or a threshold: patterns over the phrases' letters (`tags_of`)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import prod

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.dates import Grain, Period, date_of, period_of, shifted, spanned
from threadcast_analyst.reading.frames import Declined, Relation, Threshold
from threadcast_analyst.reading.mentions import Mention, is_year, tags_of
from threadcast_analyst.reading.tables import Subject
from threadcast_analyst.reading.words import Kind, Meaning, key_of, vocabulary

__all__ = ["Limit", "Moments", "threshold_of", "with_times"]

_MAX_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class Moments:
    """What times are relative to: the table's dates, today, and the year that a follow-up stays with."""

    subject: Subject
    today: date
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold as it was read: the measures that have its unit, and whether "million" or so scales it."""

    relation: Relation
    value: float
    measures: tuple[Column, ...] = ()
    is_scaled: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    """The phrases that a pattern matches, by its groups."""

    mentions: Sequence[Mention]
    found: re.Match[str]
    moments: Moments

    def __getitem__(self, group: str | int) -> Sequence[Mention]:
        return self.mentions[slice(*self.found.span(group))]

    def text(self, group: str | int = 0) -> str:
        return " ".join(mention.text for mention in self[group])

    def number(self, group: str) -> int | None:
        return int(self[group][0].number) if self[group] else None

    def periods(self, group: str) -> list[Period]:
        return [each for mention in self[group] for each in _tuple(mention) if isinstance(each, Period)]


_Joined = tuple[Kind, tuple[object, ...]]
_Rule = tuple[re.Pattern[str], Callable[[_Match], _Joined | None]]


def with_times(mentions: Sequence[Mention], moments: Moments) -> list[Mention]:
    """Return the phrases with times and thresholds joined to one mention each; fillers are left out."""
    kept = [mention for mention in mentions if mention.kind is not Kind.FILLER]
    return _applied(_applied(kept, _TIMES, moments), _RANGES, moments)


def _applied(mentions: Sequence[Mention], rules: Sequence[_Rule], moments: Moments) -> list[Mention]:
    tags, found, at = tags_of(mentions), list[Mention](), 0
    while at < len(mentions):
        mention, used = mentions[at], 1
        for pattern, rule in rules:
            match = pattern.match(tags, at)
            joined = None if match is None else rule(_Match(mentions, match, moments))
            if match is not None and joined is not None:
                used = match.end() - at
                mention = Mention(Meaning(joined[0], "", joined[1]), _Match(mentions, match, moments).text())
                break
        found.append(mention)
        at += used
    return found


def _tuple(mention: Mention) -> tuple[object, ...]:
    return mention.meaning.of if isinstance(mention.meaning.of, tuple) else ()


def _threshold(match: _Match) -> _Joined | None:
    """Read "above 30 degrees", "between 5 and 10 mm"; years of the rows are times: "better than 2011"."""
    first, low, high = match[0][0], match["low"], match["high"]
    quantities = [_quantity(each) for each in (low, high) if each]
    measures = next((each[1] for each in quantities if each[1]), ())
    is_scaled = any(each.kind is Kind.MULTIPLIER for each in (*low, *high))
    years = {day.year for day in match.moments.subject.distinct_days}
    is_plain = not measures and not is_scaled and all(each.text.isdigit() for each in (*low, *high))
    if is_plain and years and all(v in years or (high and is_year(v)) for v, _ in quantities):
        before = tags_of(match.mentions[: match.found.start()])
        if not high and re.search("[mhe][oi]*$", before):
            raise Declined(f"“{low[0].text}” can be a year or a figure: write the figure with its unit.")
        return None
    if not high:
        relation = next(each for each in Relation if each in first.meaning.cues)
        return Kind.THRESHOLD, (Limit(relation, quantities[0][0], measures, is_scaled),)
    relations = (Relation.AT_LEAST, Relation.AT_MOST)
    pairs = zip(relations, quantities, strict=True)
    return Kind.THRESHOLD, tuple(Limit(each, value, measures, is_scaled) for each, (value, _) in pairs)


def _quantity(mentions: Sequence[Mention]) -> tuple[float, tuple[Column, ...]]:
    """Return the value of a number with its sign and multiplier, and the measures that have its unit."""
    factors = [each.number for each in mentions if each.kind in {Kind.NUMBER, Kind.MULTIPLIER}]
    units = [each for m in mentions if m.kind is Kind.UNIT for each in _tuple(m) if isinstance(each, Column)]
    return (-1 if mentions[0].text == "-" else 1) * prod(factors), tuple(units)


def _calendar(match: _Match) -> _Joined:
    """Read "today", "this year", "year to date" by the calendar."""
    first, today = match[0][0], match.moments.today
    if first.has("next", "tomorrow"):
        raise Declined(f"“{first.text}” lies ahead: I compute from rows that exist, and forecast nothing.")
    if first.has("ytd"):
        return Kind.PERIOD, (Period(period_of(today, Grain.YEAR).first, today, Grain.DAY),)
    if not first.has("this"):
        return Kind.PERIOD, (period_of(today - timedelta(first.has("yesterday")), Grain.DAY),)
    grain = vocabulary().phrases[key_of(first.text)[-1:]].of if "week" not in first.text.lower() else None
    if not isinstance(grain, Grain):
        raise Declined(f"I don't compute by week, so not for “{first.text}”.")
    return Kind.PERIOD, (period_of(today, grain),)


def _last(match: _Match) -> _Joined | None:
    """Read "last year", "last 3 months": whole periods before the one that today is in."""
    count, grain = match.number("count") or 1, match["grain"][0].meaning.of
    if not isinstance(grain, Grain) or count > _MAX_STEPS:
        return None
    current = period_of(match.moments.today, grain)
    return Kind.PERIOD, (spanned(shifted(current, -count), shifted(current, -1)),)


def _latest(match: _Match) -> _Joined | None:
    """Read "the latest month": that of the rows' last date."""
    span, grain = match.moments.subject.span, match["grain"][0].meaning.of
    return (Kind.PERIOD, (period_of(span.last, grain),)) if span and isinstance(grain, Grain) else None


def _quarter(match: _Match) -> _Joined | None:
    month = int(match[0][0].number) * 3
    return _in_years(match, lambda year: period_of(date(year, month, 1), Grain.QUARTER))


def _month(match: _Match) -> _Joined | None:
    """Read "July", "July 2014", "4 July 2014", "July 4, 2014", "4th of July"."""
    day, month = match.number("day") or match.number("later"), match["month"][0].meaning.of

    def made(year: int) -> Period:
        first = date_of(f"{year:04d}-{month:02d}-{1 if day is None else day:02d}")
        if first is None:
            raise Declined(f"There is no {match.text()}.")
        return period_of(first, Grain.MONTH if day is None else Grain.DAY)

    return _in_years(match, made)


def _in_years(match: _Match, make: Callable[[int], Period]) -> _Joined | None:
    """Return the period in the year that is named; without one, in each year that has rows in it."""
    moments, days = match.moments, match.moments.subject.distinct_days
    year = match.number("year") or moments.year
    if year is not None:
        return Kind.PERIOD, (make(year),)
    possible = [make(each) for each in sorted({day.year for day in days})]
    covered = tuple(each for each in possible if any(day in each for day in days))
    found = covered or tuple(possible[-1:])
    return (Kind.PERIOD, found) if found else None


def _iso(match: _Match) -> _Joined | None:
    text = match[0][0].meaning.name
    if (day := date_of(text)) is None:
        raise Declined(f"There is no {text} in the calendar.")
    grain = Grain.MONTH if len(text) == len("2014-07") else Grain.DAY
    return Kind.PERIOD, (period_of(day, grain),)


def _year(match: _Match) -> _Joined | None:
    if match.moments.subject.span is None:
        return None
    return Kind.PERIOD, (period_of(date(match.number("year") or 1, 1, 1), Grain.YEAR),)


def _range(match: _Match) -> _Joined | None:
    """Read "from A to B", "between A and B", "A to B"."""
    begin, end = _matched(match.periods("begin"), match.periods("end"))
    if begin.first > end.first:
        raise Declined(
            f"“{match.text('begin')}” is after “{match.text('end')}”: ask from the earlier one on."
        )
    return Kind.RANGE, (begin, end)


def _matched(starts: Sequence[Period], ends: Sequence[Period]) -> tuple[Period, Period]:
    """Return both ends; one without a year is in the year of the other ("from January to October 2025")."""
    for some, other in ((starts, ends), (ends, starts)):
        if len(other) == 1 and len(some) > 1:
            same = [period for period in some if period.first.year == other[0].first.year]
            starts, ends = (same, other) if some is starts else (other, same)
    if len(starts) != 1 or len(ends) != 1:
        raise Declined("The rows cover several years: name the year, too.")
    return starts[0], ends[0]


def _bound(match: _Match) -> _Joined | None:
    """Read "since A", "after A", "before A", "until A": up to an end of the rows."""
    span, bound = match.moments.subject.span, match[0][0]
    if span is None:
        return None
    period, _ = _matched(match.periods("end"), match.periods("end")[-1:])
    begin, end = period_of(span.first, period.grain), period_of(span.last, period.grain)
    if bound.has("from"):
        raise Declined(f"“{match.text()}” can mean “in {period}” or “since {period}”: say which.")
    if bound.has("since", "after"):
        begin = shifted(period, 1) if bound.has("after") else period
    else:
        end = shifted(period, -1) if bound.has("before") else period
    if begin.first > end.first:
        raise Declined(f"The rows cover {span}: none is {bound.text} {period}.")
    return Kind.RANGE, (begin, end)


_QUANTITY = "-?u?[DNY]K?u?"
_IN_YEAR = "(?:[o,]{0,2}(?P<year>Y))?"


def _rules(*rules: tuple[str, Callable[[_Match], _Joined | None]]) -> list[_Rule]:
    return [(re.compile(pattern), rule) for pattern, rule in rules]


_TIMES = _rules(
    (f"(?:r(?P<low>{_QUANTITY}))(?P<high>)", _threshold),
    (f"B(?P<low>{_QUANTITY})[a,T-](?P<high>{_QUANTITY})", _threshold),
    ("[nc]", _calendar),
    ("l(?P<count>[DN])?(?P<grain>[gqy])", _last),
    ("z(?P<grain>[gqy])", _latest),
    (f"(?:Q|Oq){_IN_YEAR}", _quarter),
    (f"(?:(?P<day>[DO])o?)?(?P<month>M)(?P<later>[DO])?{_IN_YEAR}", _month),
    ("I", _iso),
    ("(?<![bw])y?(?P<year>Y)", _year),
)
_RANGES = _rules(
    ("B(?P<begin>P)[aT-](?P<end>P)", _range),
    ("F?(?P<begin>P)[T-](?P<end>P)", _range),
    ("[SAEFT](?P<end>P)", _bound),
)


def threshold_of(limit: Limit, column: Column | None, subject: Subject) -> Threshold:
    """Return the threshold of a measure; without one, of the first that has the unit. Raises `Declined`."""
    if column is None:
        possible = limit.measures or subject.shape.measures
        if not limit.measures and len(possible) != 1:
            raise Declined("Name the measure that the number is a limit of.")
        column = possible[0]
    if limit.measures and column not in limit.measures:
        raise Declined(f"{column.label} is not in that unit.")
    scales = [vocabulary().numbers[stem] for stem in key_of(column.suffix) if stem in vocabulary().numbers]
    own = prod(float(str(scale.of)) for scale in scales) if limit.is_scaled else 1
    return Threshold(column, limit.relation, limit.value / own / column.multiplier)
