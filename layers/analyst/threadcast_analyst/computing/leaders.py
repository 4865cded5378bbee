"""Who was ahead when, of some values of a dimension."""

from collections.abc import Mapping

from threadcast.assets.columns.dates import Period
from threadcast_analyst.computing.selection import Selection, by_period, of_value
from threadcast_analyst.findings import Entry
from threadcast_analyst.intents import Comparison

__all__ = ["last_takeover", "leaders"]


def leaders(selection: Selection, intent: Comparison) -> dict[Period, str | None]:
    """Who was ahead of all the others in each period that all of them have, in its order; None: a tie."""
    grain = selection.line.subject.grain
    if grain is None:
        return {}
    series = {
        value: dict(by_period(of_value(selection, intent.dimension, value), grain)) for value in intent.values
    }
    common = set.intersection(*(set(found) for found in series.values()))
    return {period: _first({value: series[value][period] for value in series}) for period in sorted(common)}


def last_takeover(ahead: Mapping[Period, str | None]) -> Entry | None:
    """Who is ahead at the end, and the period since which they have been without a break.

    None where nobody is, where they always were, or where they have not been for two periods.
    """
    periods = list(ahead)
    if not periods or (leader := ahead[periods[-1]]) is None:
        return None
    length = next(
        (at for at, period in enumerate(reversed(periods)) if ahead[period] != leader), len(periods)
    )
    if length in (1, len(periods)):
        return None
    since = periods[-length]
    return Entry(leader, length, since)


def _first(values: Mapping[str, float]) -> str | None:
    best = max(values.values())
    leading = [name for name, value in values.items() if value == best]
    return leading[0] if len(leading) == 1 else None
