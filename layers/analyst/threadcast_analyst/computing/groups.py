"""Groups as named entries, and the extremes among them."""

from collections.abc import Sequence

from threadcast.assets.columns.dates import Grain, period_of
from threadcast_analyst.computing.selection import Selection, by_period, by_value
from threadcast_analyst.findings import Entry

__all__ = ["entries_by_period", "entries_by_value", "highest", "lowest", "row_entries"]


def entries_by_period(selection: Selection, grain: Grain) -> tuple[Entry, ...]:
    """One entry per period, in the order of time; never finer than the rows are."""
    own = selection.line.subject.grain
    fine = grain if own is None else max(own, grain)
    return tuple(Entry(str(period), value, period) for period, value in by_period(selection, fine))


def entries_by_value(selection: Selection, dimension: str) -> tuple[Entry, ...]:
    """One entry per value of a dimension, from the highest."""
    return tuple(Entry(name, value) for name, value in by_value(selection, dimension))


def row_entries(selection: Selection) -> tuple[Entry, ...]:
    """Each point by itself, named by its day and the values that its filters leave open."""
    grain = selection.line.subject.grain
    entries = []
    filters, dimensions = selection.line.filters, selection.line.subject.shape.dimensions
    open_at = [at for at, column in enumerate(dimensions) if len(filters.of(column.name)) != 1]
    for point in selection.points:
        period = None if point.day is None or grain is None else period_of(point.day, grain)
        keys = ", ".join(filter(None, (point.keys[at] for at in open_at)))
        name = ", ".join(filter(None, (None if period is None else str(period), keys)))
        entries.append(Entry(name, point.value, period))
    return tuple(entries)


def highest(entries: Sequence[Entry]) -> Entry:
    """The entry of the highest value, the first of equals."""
    return max(entries, key=lambda entry: entry.value)


def lowest(entries: Sequence[Entry]) -> Entry:
    """The entry of the lowest value, the first of equals."""
    return min(entries, key=lambda entry: entry.value)
