"""Sentences for comparisons and shares."""

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import grain_word
from threadcast.assets.columns.number_format import counted, figure, joined, number, percent, signed
from threadcast_analyst.findings import Compared, Shares
from threadcast_analyst.wording.scope import (
    capitalised,
    key_noun,
    on_or_in,
    time_phrase,
)

__all__ = ["say_comparison", "say_shares"]

_POINTS = Column("share", "share", suffix=" percentage points")


def say_comparison(found: Compared) -> str:
    """The values from the highest, the difference between the ends, and who was ahead how often."""
    line, measure = found.selection.line, found.selection.line.measure
    extra = 0 if measure.additivity is Additivity.ADDITIVE else 1
    when = time_phrase(line.filters, line.subject.span)
    kind = "total" if measure.additivity is Additivity.ADDITIVE else "average"
    lines = [f"- {entry.name}: {figure(entry.value, measure, extra)}" for entry in found.entries]
    top, low = found.entries[0], found.entries[-1]
    difference = figure(top.value - low.value, measure, extra)
    times = f", {number(top.value / low.value, 2)} times as much" if low.value > 0 and extra == 0 else ""
    text = f"{capitalised(kind)} {measure.label}{when}, compared:\n" + "\n".join(lines)
    text += f"\n\n{top.name} is ahead of {low.name} by {difference}{times}."
    return text + _leads(found)


def _leads(found: Compared) -> str:
    grain = found.selection.line.subject.grain
    if grain is None or found.periods <= 1:
        return ""
    told = [f"{name} in {number(count)}" for name, count in found.leads]
    tied = found.periods - sum(count for _, count in found.leads)
    told += [f"none in {number(tied)}"] if tied else []
    text = f" Of {counted(found.periods, grain_word(grain))}, the highest was {joined(told)}."
    if found.takeover is None or found.takeover.period is None:
        return text
    return f"{text} {found.takeover.name} has been ahead without a break since {found.takeover.period}."


def say_shares(found: Shares) -> str:
    """Parts of the whole as percentages; for named values also how the part has changed."""
    line, measure = found.selection.line, found.selection.line.measure
    when = time_phrase(line.filters, line.subject.span)
    span = found.selection.span
    when = when or ("" if span is None else f" {on_or_in(span)}")
    lead = f"Of {measure.label}{when} ({figure(found.whole, measure)} in all), "
    shares = [(entry.name, entry.value / found.whole, entry.value) for entry in found.entries]
    if not found.is_of_some:
        lines = [f"- {name}: {percent(ratio)} ({figure(value, measure)})" for name, ratio, value in shares]
        return f"{lead}by {key_noun(found.dimension, line)}:\n" + "\n".join(lines)
    told = [f"{percent(ratio)} was {name} ({figure(value, measure)})" for name, ratio, value in shares]
    text = f"{lead}{joined(told)}."
    if found.first is None or found.last is None:
        return text
    change = signed((found.last.value - found.first.value) * 100, _POINTS, 1)
    return (
        f"{text} The share went from {percent(found.first.value)} in {found.first.name} to "
        f"{percent(found.last.value)} in {found.last.name} ({change})."
    )
