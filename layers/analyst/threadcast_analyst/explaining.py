"""What the analyst tells while it works: how it understood the question, and what it found for it."""

from collections.abc import Sequence

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.number_format import counted
from threadcast.domain.message import Pill, PillContainer
from threadcast_analyst.intents import Query, Unclear
from threadcast_analyst.titles import title_of
from threadcast_analyst.wording.scope import months_phrase

__all__ = ["matched_pills", "understood_as"]


def understood_as(queries: Sequence[Query]) -> str:
    """How the question was understood, in a sentence or two."""
    query = queries[0]
    others = len({other.line.subject.asset.id for other in queries}) - 1
    if isinstance(query.intent, Unclear):
        return "I could not match the question to anything I can compute from these rows."
    text = f"I take this as: {title_of(query, '')}. I look at the metric “{query.line.subject.name}”"
    return f"{text} and at {counted(others, 'other metric')}." if others else f"{text}."


def matched_pills(query: Query) -> tuple[PillContainer, ...]:
    """The columns, values and times that the question matched, grouped by what they are."""
    line = query.line
    measures = [_column_pill(line.measure, "measure")]
    values = [
        Pill(f"{dimension}:{value}", value, "value")
        for dimension, named in line.filters.values
        for value in named
    ]
    times = [Pill(f"window:{window}", str(window), "time") for window in line.filters.windows]
    if line.filters.months:
        months = months_phrase(line.filters.months)
        times.append(Pill(f"months:{months}", months, "time"))
    groups = (("Measures", measures), ("Values", values), ("Time", times))
    return tuple(PillContainer(title, tuple(pills)) for title, pills in groups if pills)


def _column_pill(column: Column, kind: str) -> Pill:
    return Pill(f"{kind}:{column.name}", column.label, kind)
