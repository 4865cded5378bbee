"""Sentences for totals, averages, counts, rankings and breakdowns."""

from collections.abc import Iterable

from threadcast.adapters.offline_analyst.findings import (
    Breakdowns,
    Counted,
    Entry,
    Middle,
    Ranking,
    Summed,
)
from threadcast.adapters.offline_analyst.wording.scope import (
    capitalised,
    grouped,
    key_noun,
    of_what,
    on_or_in,
    row_noun,
    time_phrase,
)
from threadcast.asset_types.columns import Additivity, Column
from threadcast.asset_types.figures import counted, figure, number, percent, plural
from threadcast.asset_types.times import Period, grain_word, period_of

__all__ = ["say_breakdown", "say_count", "say_middle", "say_ranking", "say_total"]

_LISTED_PARTS = 5


def say_total(found: Summed) -> str:
    """The total, or what stands for it where values don't add up, and its greatest parts."""
    line, measure = found.selection.line, found.selection.line.measure
    when = time_phrase(line.filters, line.subject.span) or _whole_span(found.selection.span)
    is_exact = len(found.selection.points) == 1
    figures = figure(found.value, measure, extra_decimals=_extra(measure) if not is_exact else 0)
    match measure.additivity:
        case _ if is_exact or (found.latest is None and measure.additivity is Additivity.SEMI_ADDITIVE):
            text = f"{capitalised(of_what(line))}{when} was {figures}."
        case Additivity.ADDITIVE:
            text = f"Total {of_what(line)}{when} was {figures}."
        case Additivity.SEMI_ADDITIVE:
            text = (
                f"{capitalised(of_what(line))}{when} was {figures} on average; it does not add up over time."
            )
        case Additivity.NON_ADDITIVE:
            text = f"{capitalised(of_what(line))}{when} was {figures} on average; its values do not add up."
    if found.latest is not None and found.latest.period is not None:
        latest = figure(found.latest.value, measure, 1)
        text += f" The latest figure, {on_or_in(found.latest.period)}, is {latest}."
    return text + _parts(found, measure)


def _parts(found: Summed, measure: Column) -> str:
    if not found.parts:
        return ""
    adds_up = measure.additivity is not Additivity.NON_ADDITIVE and found.value > 0
    adds_up = adds_up and all(entry.value >= 0 for entry in found.parts)
    lines = []
    for entry in found.parts[:_LISTED_PARTS]:
        share = f" ({percent(entry.value / found.value)})" if adds_up else ""
        lines.append(f"- {entry.name}: {figure(entry.value, measure, _extra(measure))}{share}")
    left_out = len(found.parts) - len(lines)
    more = f"\n- and {left_out} more" if left_out else ""
    return "\n\n" + "\n".join(lines) + more


def say_middle(found: Middle) -> str:
    """The mean or median, of how many figures, between which extremes."""
    line, measure = found.selection.line, found.selection.line.measure
    per = f" per {grain_word(found.grain)}" if found.grain is not None else ""
    of = counted(
        found.count, grain_word(found.grain) if found.grain is not None else row_noun(found.selection)
    )
    when = time_phrase(line.filters, line.subject.span)
    kind = "Average" if found.kind == "mean" else "Median"
    text = f"{kind} {of_what(line)}{when} was {figure(found.value, measure, 1)}{per}, over {of}."
    if found.count == 1:
        return text
    low, high = figure(found.low.value, measure), figure(found.high.value, measure)
    return f"{text} It ranged from {low}{_named(found.low)} to {high}{_named(found.high)}."


def say_count(found: Counted) -> str:
    """How many rows, what part of all, and when the first and the last were."""
    line = found.selection.line
    when = time_phrase(line.filters, line.subject.span)
    noun = row_noun(found.selection)
    if found.above_zero:
        part = f" ({percent(found.rows / found.of_all)})" if found.of_all else ""
        of_all = counted(found.of_all, noun)
        text = f"{capitalised(of_what(line))} was above zero on {number(found.rows)} of {of_all}{when}{part}."
    else:
        values = [value for _, named in line.filters.values for value in named]
        what = f" of {' or '.join(values)}" if values else ""
        is_part = found.rows != found.of_all
        share = f": {percent(found.rows / found.of_all)} of all {number(found.of_all)}" if is_part else ""
        text = f"There {'was' if found.rows == 1 else 'were'} {counted(found.rows, noun)}{what}{when}{share}."
    return f"{text}{_first_and_last(found)}"


def _first_and_last(found: Counted) -> str:
    days, grain = found.selection.days, found.selection.line.subject.grain
    is_part = found.above_zero or found.selection.line.filters.values
    if not days or grain is None or not is_part:
        return ""
    first, last = (on_or_in(period_of(day, grain)) for day in (days[0], days[-1]))
    return f" The first was {first}, the last {last}." if first != last else f" It was {first}."


def say_ranking(found: Ranking) -> str:
    """The first of the groups, alone in a sentence or several in a list."""
    line, measure = found.selection.line, found.selection.line.measure
    noun = key_noun(found.key, line)
    extreme = "highest" if found.highest else "lowest"
    what = grouped(found.selection, found.groups)
    when = time_phrase(line.filters, line.subject.span)
    of = f"of {counted(found.groups, row_noun(found.selection) if _is_by_row(found) else noun)}"
    if len(found.entries) == 1:
        best = found.entries[0]
        text = f"{capitalised(what)}{when} was {extreme} {_where(best)}: {_value(best, measure, found)}"
        return f"{text}, the {extreme} {of}. The average is {figure(found.mean, measure, 1)}."
    lead = f"The {number(len(found.entries))} {extreme} {plural(noun)} by {what}{when}, {of}:"
    return "\n".join((lead, *_numbered(found.entries, measure, found)))


def say_breakdown(found: Breakdowns) -> str:
    """Every group on a line of its own."""
    line, measure = found.selection.line, found.selection.line.measure
    when = time_phrase(line.filters, line.subject.span)
    what = grouped(found.selection, len(found.entries) + found.left_out)
    lead = f"{capitalised(what)}{when} by {key_noun(found.key, line)}:"
    lines = [f"- {entry.name}: {figure(entry.value, measure, _extra(measure))}" for entry in found.entries]
    more = (
        [f"({counted(found.left_out, key_noun(found.key, line))} more are not listed.)"]
        if found.left_out
        else []
    )
    return "\n".join((lead, *lines)) + ("\n\n" + more[0] if more else "")


def _numbered(entries: Iterable[Entry], measure: Column, found: Ranking) -> list[str]:
    return [
        f"{place}. {entry.name}: {_value(entry, measure, found)}"
        for place, entry in enumerate(entries, start=1)
    ]


def _value(entry: Entry, measure: Column, found: Ranking) -> str:
    return figure(entry.value, measure, 0 if _is_by_row(found) else _extra(measure))


def _is_by_row(found: Ranking) -> bool:
    """Whether single rows were ranked, because averaging a day's rows would hide the record."""
    return (
        not isinstance(found.key, str)
        and found.selection.line.measure.additivity is Additivity.NON_ADDITIVE
        and found.groups == len(found.selection.points)
    )


def _where(entry: Entry) -> str:
    return (
        f"for {entry.name}"
        if entry.period is None
        else f"{on_or_in(entry.period)}{entry.name[len(str(entry.period)) :]}"
    )


def _named(entry: Entry) -> str:
    return f" ({entry.name})" if entry.name else ""


def _extra(measure: Column) -> int:
    return 0 if measure.additivity is Additivity.ADDITIVE else 1


def _whole_span(span: Period | None) -> str:
    return "" if span is None else f" {on_or_in(span)}"
