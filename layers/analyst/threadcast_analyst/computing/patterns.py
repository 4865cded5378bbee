"""How two series move together, what lies far from the rest, and what the months of the year are like."""

from collections import defaultdict
from dataclasses import replace
from statistics import StatisticsError, correlation, fmean, quantiles

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import MONTHS, Grain, Period, period_of
from threadcast_analyst.computing.groups import entries_by_period, row_entries
from threadcast_analyst.computing.selection import (
    Selection,
    amount,
    by_period,
    in_months,
    select,
)
from threadcast_analyst.findings import (
    Contrasted,
    Correlated,
    Entry,
    Impossible,
    Outlying,
    Seasonal,
)
from threadcast_analyst.intents import Contrast, Correlation
from threadcast_analyst.series import Line

__all__ = ["contrasted", "correlated", "outlying", "seasonal"]

_FENCE = 1.5
"""Tukey's: how many interquartile ranges beyond the quartiles a value is an outlier."""

_LISTED = 5
_ENOUGH_PAIRS, _ENOUGH_GROUPS = 3, 4


def correlated(intent: Correlation) -> Correlated | Impossible:
    """Pearson's r over the periods that both series have, at the coarser of their grains."""
    first, second = select(intent.first), select(intent.second)
    grain = _common_grain(intent.first, intent.second)
    if grain is None:
        return Impossible("A correlation needs dates to pair the figures by, and these rows have none.")
    one, other = dict(by_period(first, grain)), dict(by_period(second, grain))
    common = sorted(one.keys() & other.keys())
    if len(common) < _ENOUGH_PAIRS:
        return Impossible("A correlation needs at least three periods that both series have.")
    try:
        r = correlation([one[period] for period in common], [other[period] for period in common])
    except StatisticsError:
        return Impossible("One of the two series never changes, so there is no correlation.")
    paired = frozenset(common)
    return Correlated(_paired(first, paired, grain), _paired(second, paired, grain), r, len(common), grain)


def outlying(selection: Selection) -> Outlying | Impossible:
    """What lies beyond the quartiles by more than one and a half times their distance."""
    grain = selection.line.subject.grain
    by_row = grain is None or selection.line.measure.additivity is Additivity.NON_ADDITIVE
    entries = row_entries(selection) if by_row or grain is None else entries_by_period(selection, grain)
    if len(entries) < _ENOUGH_GROUPS:
        return Impossible("Outliers need at least four figures to stand out from, and there are fewer.")
    low, _, high = quantiles([entry.value for entry in entries], n=4, method="inclusive")
    low_fence, high_fence = low - _FENCE * (high - low), high + _FENCE * (high - low)

    def distance(entry: Entry) -> float:
        return max(low_fence - entry.value, entry.value - high_fence)

    beyond = sorted((entry for entry in entries if distance(entry) > 0), key=lambda entry: -distance(entry))
    return Outlying(
        selection=selection,
        grain=None if by_row else grain,
        low_fence=low_fence,
        high_fence=high_fence,
        entries=tuple(beyond[:_LISTED]),
        count=len(beyond),
        groups=len(entries),
    )


def seasonal(selection: Selection) -> Seasonal | Impossible:
    """What each month of the year amounts to, averaged over the years."""
    grain = selection.line.subject.grain
    if grain is None or grain >= Grain.QUARTER:
        return Impossible("The rows don't tell months, so seasons can't be seen in them.")
    months: dict[int, list[float]] = defaultdict(list)
    periods = by_period(selection, Grain.MONTH)
    for period, value in periods:
        months[period.first.month].append(value)
    if len(months) == 1:
        return Impossible(
            "The rows that fit lie in one month of the year only, so there are no seasons to compare."
        )
    entries = tuple(Entry(MONTHS[month - 1], fmean(months[month])) for month in sorted(months))
    return Seasonal(selection, entries, years=len({period.first.year for period, _ in periods}))


def contrasted(selection: Selection, intent: Contrast) -> Contrasted | Impossible:
    """What the parts of the year amount to over all years, from the highest."""
    grain = selection.line.subject.grain
    if grain is None or grain >= Grain.QUARTER:
        return Impossible("The rows don't tell months, so seasons can't be seen in them.")
    additivity = selection.line.measure.additivity
    parts = ((name, in_months(selection, months).points) for name, months in intent.parts)
    entries = [Entry(name, amount(points, additivity)) for name, points in parts if points]
    if not entries:
        return Impossible("The rows that fit lie in none of these parts of the year.")
    years = len({day.year for day in selection.days})
    return Contrasted(selection, tuple(sorted(entries, key=lambda entry: -entry.value)), years)


def _paired(selection: Selection, periods: frozenset[Period], grain: Grain) -> Selection:
    points = tuple(p for p in selection.points if p.day is not None and period_of(p.day, grain) in periods)
    return replace(selection, points=points, rows=len(points), empty=0)


def _common_grain(first: Line, second: Line) -> Grain | None:
    grains = (first.subject.grain, second.subject.grain)
    return None if grains[0] is None or grains[1] is None else max(grains[0], grains[1])
