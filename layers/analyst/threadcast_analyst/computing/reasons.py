"""A change taken apart: by the values of a dimension, and by the months of the year."""

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import MONTHS, Grain, Period
from threadcast_analyst.computing.changes import change, step
from threadcast_analyst.computing.selection import Selection, by_period, within
from threadcast_analyst.findings import Explained, Impossible, Mover
from threadcast_analyst.intents import Change, Explain, Steps

__all__ = ["explained"]


def explained(selection: Selection, intent: Explain) -> Explained | Impossible:
    """The change asked about; without dates, the greatest step in the direction that was asked about."""
    ends = _ends(selection, intent)
    moved = change(selection, Change(*ends))
    if isinstance(moved, Impossible):
        return moved
    return Explained(moved, intent.wanted, _by_month(selection, moved.first.period, moved.last.period))


def _ends(selection: Selection, intent: Explain) -> tuple[Period | None, Period | None]:
    grain = selection.line.subject.grain
    if intent.last is not None or intent.wanted is None or grain is None:
        return intent.first, intent.last
    found = step(selection, Steps(intent.wanted == "rise", grain))
    if found.before is None or found.after is None:
        return None, None
    return found.before.period, found.after.period


def _by_month(selection: Selection, first: Period | None, last: Period | None) -> tuple[Mover, ...]:
    """What the months of two years had in the change; nothing where rows or periods don't allow it."""
    grain, measure = selection.line.subject.grain, selection.line.measure
    if first is None or last is None or grain is None or grain >= Grain.QUARTER:
        return ()
    if {first.grain, last.grain} != {Grain.YEAR} or measure.additivity is Additivity.SEMI_ADDITIVE:
        return ()
    before, after = (
        {month.first.month: value for month, value in by_period(within(selection, year), Grain.MONTH)}
        for year in (first, last)
    )
    return tuple(
        Mover(MONTHS[month - 1], before[month], after[month])
        for month in sorted(before.keys() & after.keys())
    )
