"""Values of a dimension beside each other, and as parts of the whole."""

from collections import Counter
from dataclasses import replace

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import Period, period_of
from threadcast_analyst.computing.groups import entries_by_value
from threadcast_analyst.computing.leaders import last_takeover, leaders
from threadcast_analyst.computing.selection import Selection, amount, by_value
from threadcast_analyst.findings import Compared, Entry, Impossible, Shares
from threadcast_analyst.intents import Comparison, Share

__all__ = ["compared", "shares"]


def compared(selection: Selection, intent: Comparison) -> Compared | Impossible:
    """The values from the highest, and in how many periods each of them was ahead."""
    known = {entry.name: entry for entry in entries_by_value(selection, intent.dimension)}
    missing = next((value for value in intent.values if value not in known), None)
    if missing is not None:
        return Impossible(f"There are no rows for {missing} that pass the filters.")
    entries = sorted((known[value] for value in intent.values), key=lambda entry: -entry.value)
    ahead = leaders(selection, intent)
    won = Counter(ahead.values())
    return Compared(
        selection,
        intent.dimension,
        tuple(entries),
        tuple((entry.name, won[entry.name]) for entry in entries),
        periods=len(ahead),
        takeover=last_takeover(ahead),
    )


def shares(selection: Selection, intent: Share) -> Shares | Impossible:
    """Parts of the whole over all rows; for named values at the first and the last period too."""
    measure = selection.line.measure
    if measure.additivity is Additivity.NON_ADDITIVE:
        return Impossible(f"There are no shares of {measure.label}: its values do not add up to a whole.")
    whole = amount(selection.points, measure.additivity)
    found = by_value(selection, intent.dimension)
    if whole <= 0 or any(value < 0 for _, value in found):
        return Impossible(
            f"There are no shares of {measure.label}: some of its values are negative or all are zero."
        )
    wanted = [Entry(name, value) for name, value in found if not intent.values or name in intent.values]
    span = selection.span
    ends = None if span is None else [period_of(day, span.grain) for day in (span.first, span.last)]
    first, last = (
        (None, None) if ends is None or ends[0] == ends[1] else (_ratio(selection, intent, e) for e in ends)
    )
    return Shares(selection, intent.dimension, whole, tuple(wanted), bool(intent.values), first, last)


def _ratio(selection: Selection, intent: Share, period: Period) -> Entry | None:
    """The wanted values' part of the whole in one period, as a ratio; None where the whole is nothing."""
    points = tuple(point for point in selection.points if point.day is not None and point.day in period)
    additivity = selection.line.measure.additivity
    whole = amount(points, additivity) if points else 0
    if not intent.values or whole <= 0:
        return None
    found = dict(by_value(replace(selection, points=points), intent.dimension))
    return Entry(str(period), sum(found.get(value, 0) for value in intent.values) / whole, period)
