"""Which period an answer is about, for the question that follows on it."""

from threadcast.assets.columns.dates import Period, period_of
from threadcast_analyst.computing.compute import compute
from threadcast_analyst.findings import Explained, Moved, Ranking, Stepped
from threadcast_analyst.intents import Query

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
