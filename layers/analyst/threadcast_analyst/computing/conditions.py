"""Which periods or values meet a condition, and the longest run of those that do."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from threadcast.assets.columns.dates import Period, index_of, period_of
from threadcast_analyst.computing.groups import entries_by_period, entries_by_value
from threadcast_analyst.computing.selection import Selection
from threadcast_analyst.findings import Entry, Impossible, Satisfied, Streaked, Tallied
from threadcast_analyst.intents import Satisfying, Streak, Tally
from threadcast_analyst.series import Condition

__all__ = ["longest", "run_of", "satisfied", "tallied"]


def satisfied(selection: Selection, intent: Satisfying) -> Satisfied | Impossible:
    """The groups whose figure meets the condition, in the order of time or from the highest."""
    key = intent.key
    entries = entries_by_value(selection, key) if isinstance(key, str) else entries_by_period(selection, key)
    if not entries:
        return Impossible("The rows that fit don't tell what to group them by: those cells are empty.")
    condition = _against(intent.condition, entries)
    found = tuple(entry for entry in entries if condition.holds(entry.value))
    return Satisfied(selection, condition, key, found, len(entries))


def tallied(selection: Selection, intent: Tally) -> Tallied:
    """In how many of its finer periods each coarser period meets the condition."""
    counts: dict[Period, int] = {}
    found = entries_by_period(selection, intent.grain)
    condition = _against(intent.condition, found)
    for entry in found:
        if entry.period is not None:
            period = period_of(entry.period.first, intent.per)
            counts[period] = counts.get(period, 0) + condition.holds(entry.value)
    entries = tuple(Entry(str(period), count, period) for period, count in counts.items())
    return Tallied(selection, condition, intent.grain, intent.per, entries)


def longest(selection: Selection, intent: Streak) -> Streaked:
    """The longest run of periods that follow each other and all meet the condition, the first of equals."""
    return run_of(selection, intent, entries_by_period(selection, intent.grain))


def run_of(selection: Selection, intent: Streak, entries: Sequence[Entry]) -> Streaked:
    """The longest run among these entries."""
    step = _step(entries)
    condition = _against(intent.condition, entries)
    runs = _runs([entry for entry in entries if condition.holds(entry.value)], step)
    length = max(map(len, runs), default=0)
    best = [run for run in runs if len(run) == length]
    period = _from_to(best[0]) if best else None
    others = max(0, len(best) - 1)
    return Streaked(
        selection, condition, intent.grain, length, period, others, len(entries), step, intent.of_steps
    )


def _against(condition: Condition, entries: Sequence[Entry]) -> Condition:
    return condition.against([entry.value for entry in entries])


def _step(entries: Sequence[Entry]) -> int:
    """How many periods lie between neighbours, where they are nearest: 5 of rows every five years."""
    places = [index_of(entry.period) for entry in entries if entry.period is not None]
    return min((second - first for first, second in pairwise(places)), default=1)


def _runs(entries: Sequence[Entry], step: int) -> list[list[Entry]]:
    """The entries, parted wherever one is missing between two of them."""
    places = [0 if entry.period is None else index_of(entry.period) // step for entry in entries]
    # where periods follow each other, place and number grow alike
    numbered = [
        (place - number, entry) for number, (place, entry) in enumerate(zip(places, entries, strict=True))
    ]
    return [[entry for _, entry in run] for _, run in groupby(numbered, key=lambda pair: pair[0])]


def _from_to(run: list[Entry]) -> Period | None:
    first, last = run[0].period, run[-1].period
    return None if first is None or last is None else Period(first.first, last.last, first.grain)
