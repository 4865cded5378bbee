"""Totals, averages and counts."""

from dataclasses import replace
from statistics import fmean, median

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import Grain
from threadcast_analyst.computing.groups import (
    entries_by_period,
    highest,
    lowest,
    row_entries,
)
from threadcast_analyst.computing.selection import (
    Selection,
    amount,
    by_period,
    by_value,
    select,
)
from threadcast_analyst.findings import Counted, Entry, Middle, Summed
from threadcast_analyst.intents import Average, CountRows
from threadcast_analyst.series import Filters

__all__ = ["average", "counted_rows", "total"]


def total(selection: Selection) -> Summed:
    """All points together, and the parts that the first dimension with several values makes of it."""
    measure, subject = selection.line.measure, selection.line.subject
    parts: tuple[Entry, ...] = ()
    for dimension in subject.shape.dimensions:
        found = by_value(selection, dimension.name)
        if len(found) > 1 and not parts:
            parts = tuple(Entry(name, value) for name, value in found)
    latest = None
    if measure.additivity is not Additivity.ADDITIVE and subject.grain is not None:
        ordered = entries_by_period(selection, subject.grain)
        latest = ordered[-1] if len(ordered) > 1 else None
    return Summed(selection, amount(selection.points, measure.additivity), parts, latest)


def average(selection: Selection, intent: Average) -> Middle:
    """The mean or median per period; of the rows themselves where values don't add up or have no time."""
    entries, grain = _samples(selection, intent.grain)
    values = [entry.value for entry in entries]
    value = fmean(values) if intent.kind == "mean" else median(values)
    return Middle(
        selection, intent.kind, value, lowest(entries), highest(entries), count=len(entries), grain=grain
    )


def counted_rows(selection: Selection, intent: CountRows) -> Counted:
    """How many rows passed the filters, or how many groups they make."""
    subject = selection.line.subject
    if isinstance(intent.key, str):
        names = tuple(name for name, _ in by_value(selection, intent.key))
        return Counted(selection, intent.key, len(names), len(subject.values[intent.key]), names)
    if intent.key is not None and subject.grain is not None:
        periods = len(by_period(selection, intent.key))
        if periods != selection.rows:
            return Counted(selection, intent.key, periods, len(by_period(_all(selection), intent.key)))
    return Counted(selection, None, selection.rows, len(subject.table.rows))


def _all(selection: Selection) -> Selection:
    return select(replace(selection.line, filters=Filters()))


def _samples(selection: Selection, grain: Grain | None) -> tuple[tuple[Entry, ...], Grain | None]:
    own, measure = selection.line.subject.grain, selection.line.measure
    if own is None or not selection.days:
        return row_entries(selection), None
    if grain is None and measure.additivity is Additivity.NON_ADDITIVE:
        return row_entries(selection), None
    wanted = own if grain is None else max(own, grain)
    return entries_by_period(selection, wanted), wanted
