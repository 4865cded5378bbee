"""Which period an answer is about, for the question that follows on it."""

from threadcast.adapters.offline_analyst.computing.compute import compute
from threadcast.adapters.offline_analyst.findings import Explained, Moved, Ranking, Stepped
from threadcast.adapters.offline_analyst.intents import Query
from threadcast.asset_types.times import Period, period_of

__all__ = ["focus_of"]


def focus_of(query: Query) -> Period | None:
    """The period that was found or asked for, else the last one that the rows have; None without dates."""
    match compute(query):
        case Ranking(entries=(entry, *_)) if entry.period is not None:
            return entry.period
        case Stepped(after=after) if after is not None:
            return after.period
        case Moved(last=last) | Explained(moved=Moved(last=last)):
            return last.period
        case _:
            windows, span = query.line.filters.windows, query.line.subject.span
            if windows:
                return windows[-1]
            return None if span is None else period_of(span.last, span.grain)
