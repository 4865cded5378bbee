"""The change from each period to the next: in which periods it rose or fell, and the longest run of these."""

from dataclasses import replace
from itertools import pairwise

from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.computing.conditions import run_of
from threadcast_analyst.computing.groups import entries_by_period
from threadcast_analyst.computing.selection import Selection, select
from threadcast_analyst.findings import Entry, Impossible, Moving, Streaked
from threadcast_analyst.intents import Moves, Streak
from threadcast_analyst.movements import Mover

__all__ = ["longest_rise", "moving"]

_NO_STEPS = Impossible("A change needs two periods, and these rows have fewer.")


def moving(selection: Selection, intent: Moves) -> Moving | Impossible:
    """The periods that rose (or fell) from the one before, or all of them; `steps` is how many there are."""
    steps = [
        Mover(after.name, before.value, after.value) for before, after in _steps(selection, intent.grain)
    ]
    if not steps:
        return _NO_STEPS
    found = [step for step in steps if intent.rise is None or _goes(step, rise=intent.rise)]
    return Moving(selection, intent.grain, intent.rise, tuple(found), len(steps))


def longest_rise(selection: Selection, intent: Streak) -> Streaked | Impossible:
    """The longest run of periods that rose (or fell, as the condition says), each from the one before."""
    steps = [
        replace(after, value=after.value - before.value) for before, after in _steps(selection, intent.grain)
    ]
    return run_of(selection, intent, steps) if steps else _NO_STEPS


def _goes(step: Mover, *, rise: bool) -> bool:
    return step.change > 0 if rise else step.change < 0


def _steps(selection: Selection, grain: Grain) -> list[tuple[Entry, Entry]]:
    """Each period that counts, after the one before it, whether that counts or not."""
    filters = selection.line.filters
    grain = max(grain, selection.line.subject.grain or grain)
    keeps_months = grain is Grain.YEAR
    months = filters.months if keeps_months else frozenset[int]()
    around = select(replace(selection.line, filters=replace(filters, windows=(), months=months)))
    return [
        (before, after)
        for before, after in pairwise(entries_by_period(around, grain))
        if after.period is not None
        and _is_within(after.period, filters.windows)
        and (keeps_months or not filters.months or after.period.first.month in filters.months)
    ]


def _is_within(period: Period, windows: tuple[Period, ...]) -> bool:
    return not windows or any(period.first in window and period.last in window for window in windows)
