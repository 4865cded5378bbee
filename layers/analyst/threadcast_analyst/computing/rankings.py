"""The highest and the lowest, of periods, of a dimension's values, or of single rows."""

from statistics import fmean

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import Grain
from threadcast_analyst.computing.groups import (
    entries_by_period,
    entries_by_value,
    row_entries,
)
from threadcast_analyst.computing.selection import Selection, by_value, of_value
from threadcast_analyst.findings import Breakdowns, Entry, Impossible, Ranking
from threadcast_analyst.intents import Breakdown, Ranked
from threadcast_analyst.series import Key

__all__ = ["broken_down", "ranked"]

_NO_GROUPS = Impossible("The rows that fit don't tell what to group them by: those cells are empty.")

LISTED_GROUPS = 24
"""Two years of months; more lines than that nobody reads in a chat."""


def ranked(selection: Selection, intent: Ranked) -> Ranking | Impossible:
    """The first `limit` groups by value; of equals, the earlier period or the name that sorts first."""
    entries = _entries(selection, intent.key)
    if not entries:
        return _NO_GROUPS
    ordered = sorted(entries, key=lambda entry: -entry.value if intent.highest else entry.value)
    last = min(intent.limit, len(ordered))
    begin = last - 1 if intent.only_last else 0
    return Ranking(
        selection=selection,
        key=intent.key,
        highest=intent.highest,
        entries=tuple(ordered[begin:last]),
        groups=len(entries),
        mean=fmean(entry.value for entry in entries),
        first_place=begin + 1,
        tied=tuple(entry for entry in ordered[last:] if entry.value == ordered[last - 1].value),
    )


def broken_down(selection: Selection, intent: Breakdown) -> Breakdowns | Impossible:
    """Every group; of more periods than fit, the latest."""
    key = intent.key
    grain = selection.line.subject.grain if intent.average else None
    if isinstance(key, str) and grain is not None and _adds_up(selection):
        entries = _averages(selection, key, grain)
    else:
        grain = None
        entries = (
            entries_by_value(selection, key) if isinstance(key, str) else entries_by_period(selection, key)
        )
    if not entries:
        return _NO_GROUPS
    left_out = max(0, len(entries) - LISTED_GROUPS)
    shown = entries[:LISTED_GROUPS] if isinstance(key, str) else entries[left_out:]
    return Breakdowns(selection, key, tuple(shown), left_out, grain)


def _adds_up(selection: Selection) -> bool:
    return selection.line.measure.additivity is Additivity.ADDITIVE


def _averages(selection: Selection, dimension: str, grain: Grain) -> tuple[Entry, ...]:
    """What a period has of each value of a dimension on average, over the periods in which it has any."""
    found = [
        Entry(
            name,
            fmean(entry.value for entry in entries_by_period(of_value(selection, dimension, name), grain)),
        )
        for name, _ in by_value(selection, dimension)
    ]
    return tuple(sorted(found, key=lambda entry: -entry.value))


def _entries(selection: Selection, key: Key) -> tuple[Entry, ...]:
    """Groups to rank; what does not add up is ranked row by row at its own grain, where records stand."""
    if isinstance(key, str):
        return entries_by_value(selection, key)
    subject = selection.line.subject
    is_own_grain = subject.grain is None or key <= subject.grain
    if is_own_grain and selection.line.measure.additivity is Additivity.NON_ADDITIVE:
        return row_entries(selection)
    return entries_by_period(selection, Grain(key))
