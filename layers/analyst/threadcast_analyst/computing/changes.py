"""Trends, changes between two periods, and who or when changed most."""

from dataclasses import replace
from itertools import pairwise
from statistics import correlation, linear_regression

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import Grain, Period, index_of, period_of, shifted
from threadcast_analyst.computing.groups import entries_by_period, highest, lowest
from threadcast_analyst.computing.selection import (
    Selection,
    amount,
    by_value,
    within,
)
from threadcast_analyst.findings import (
    Entry,
    Impossible,
    Moved,
    Mover,
    MoverRanking,
    Stepped,
    Trending,
)
from threadcast_analyst.intents import Change, Movers, Steps, Trend

__all__ = ["change", "movers", "step", "trend", "trend_grain"]

_ENOUGH_PERIODS = 3

_DAYS = {Grain.DAY: 1, Grain.MONTH: 365.2425 / 12, Grain.QUARTER: 365.2425 / 4, Grain.YEAR: 365.2425}
"""How long the periods of each grain are on average."""


def trend(selection: Selection, intent: Trend) -> Trending | Impossible:
    """The least-squares line through the periods' figures, and their ends and extremes."""
    grain = intent.grain or trend_grain(selection)
    entries = entries_by_period(selection, grain)
    if len(entries) < _ENOUGH_PERIODS:
        return Impossible("A trend needs at least three periods, and these rows have fewer.")
    places, values = [_place(entry) for entry in entries], [entry.value for entry in entries]
    flat = min(values) == max(values)
    slope = 0.0 if flat else linear_regression(places, values).slope
    fit = 1.0 if flat else correlation(places, values) ** 2
    steps = [(after - before) * slope > 0 for before, after in pairwise(values)]
    return Trending(
        selection=selection,
        grain=grain,
        first=entries[0],
        last=entries[-1],
        low=lowest(entries),
        high=highest(entries),
        slope=slope,
        fit=fit,
        periods=len(entries),
        steadiness=sum(steps) / len(steps),
    )


def _place(entry: Entry) -> int:
    """Where an entry lies in time: rows may be years apart."""
    return 0 if entry.period is None else index_of(entry.period)


def trend_grain(selection: Selection) -> Grain:
    """The grain that shows a trend: years where the seasons would hide it, if there are three."""
    own, days = selection.line.subject.grain or Grain.DAY, selection.days
    if own is Grain.YEAR or not days:
        return own
    if own is not Grain.DAY and selection.line.measure.additivity is Additivity.SEMI_ADDITIVE:
        return own
    for coarser in (Grain.YEAR, Grain.MONTH):
        if coarser > own and len({period_of(day, coarser) for day in days}) >= _ENOUGH_PERIODS:
            return coarser
    return own


def change(selection: Selection, intent: Change) -> Moved | Impossible:
    """From the first period to the last; only one given: from the one before it."""
    ends = _ends(selection, intent.first, intent.last)
    if isinstance(ends, Impossible):
        return ends
    first, last = (_at(selection, period) for period in ends)
    if first is None or last is None:
        missing = ends[0] if first is None else ends[1]
        return Impossible(f"There are no rows for {missing}; {_covered(selection)}.")
    found = Moved(within(selection, *ends), first, last, per=intent.per, steps=_steps(ends, intent.per))
    for dimension in selection.line.subject.shape.dimensions:
        moved = _moved(selection, dimension.name, *ends)
        if len(moved) > 1:
            return replace(found, parts=moved, dimension=dimension.name)
    return found


def _steps(ends: tuple[Period, Period], per: Grain | None) -> float:
    """How many periods of a grain lie between the beginnings of two; 0 where that was not asked."""
    if per is None:
        return 0
    grain = ends[0].grain
    if grain is Grain.DAY or grain != ends[1].grain or per is Grain.DAY:
        return (ends[1].first - ends[0].first).days / _DAYS[per]
    return (index_of(ends[1]) - index_of(ends[0])) * round(_DAYS[grain] / _DAYS[per] * 12) / 12


def movers(selection: Selection, intent: Movers) -> MoverRanking | Impossible:
    """The values of a dimension that grew (or fell) most between two periods."""
    ends = _ends(selection, intent.first, intent.last)
    if isinstance(ends, Impossible):
        return ends
    moved = _moved(selection, intent.dimension, *ends)
    if not moved:
        return Impossible(f"There are no values to compare between {ends[0]} and {ends[1]}.")
    size = {mover.name: mover.growth if intent.relative else mover.change for mover in moved}
    highest = intent.highest
    if highest is None:
        highest = max(size.values(), key=abs) > 0
    ordered = sorted(moved, key=lambda mover: -size[mover.name] if highest else size[mover.name])
    if intent.only:
        ordered = [mover for mover in ordered if (mover.change > 0 if highest else mover.change < 0)]
    return MoverRanking(
        selection=within(selection, *ends),
        dimension=intent.dimension,
        highest=highest,
        first=ends[0],
        last=ends[1],
        movers=tuple(ordered[: intent.limit]),
        groups=len(moved),
        only=intent.only,
        relative=intent.relative,
    )


def step(selection: Selection, intent: Steps) -> Stepped:
    """The greatest change in the wanted direction from one period to the next that there is."""
    grain = max(intent.grain, selection.line.subject.grain or intent.grain)
    entries = entries_by_period(selection, grain)
    steps = {pair: pair[1].value - pair[0].value for pair in pairwise(entries)}
    rise = intent.rise
    if rise is None:
        rise = max(steps.values(), key=abs, default=0) >= 0
    best = max(steps, key=lambda pair: steps[pair] if rise else -steps[pair], default=None)
    if best is None or (steps[best] <= 0 if rise else steps[best] >= 0):
        return Stepped(selection, grain, rise, None, None)
    return Stepped(selection, grain, rise, *best)


def _ends(
    selection: Selection, first: Period | None, last: Period | None
) -> tuple[Period, Period] | Impossible:
    span = selection.span
    if span is None:
        return Impossible("A change needs dates, and these rows have none.")
    grain = trend_grain(selection)
    if last is None:
        first, last = first or period_of(span.first, grain), period_of(span.last, grain)
    elif first is None:
        first = _before(selection, last)
    first, last = _widened(first, span.grain), _widened(last, span.grain)
    if first == last:
        return Impossible(f"A change needs two periods, and these rows have only {first}.")
    return first, last


def _before(selection: Selection, period: Period) -> Period:
    """The period before; where the rows skip it, the last one before that they have."""
    before = shifted(period, -1)
    earlier = [day for day in selection.days if day < period.first]
    return before if not earlier or earlier[-1] in before else period_of(earlier[-1], period.grain)


def _widened(period: Period, grain: Grain) -> Period:
    """A period no finer than the rows: a month of yearly rows is its year."""
    return period if period.grain >= grain else period_of(period.first, grain)


def _at(selection: Selection, period: Period) -> Entry | None:
    points = [point for point in selection.points if point.day is not None and point.day in period]
    if not points:
        return None
    return Entry(str(period), amount(points, selection.line.measure.additivity), period)


def _moved(selection: Selection, dimension: str, first: Period, last: Period) -> tuple[Mover, ...]:
    before, after = (dict(by_value(within(selection, period), dimension)) for period in (first, last))
    if selection.line.measure.additivity is Additivity.NON_ADDITIVE:
        names = sorted(before.keys() & after.keys())  # no average of nothing
    else:
        names = sorted(before.keys() | after.keys())
    return tuple(Mover(name, before.get(name, 0.0), after.get(name, 0.0)) for name in names)


def _covered(selection: Selection) -> str:
    return f"the rows cover {selection.span}"
