"""Sentences for totals, averages, rankings and breakdowns."""

from collections.abc import Iterable

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Grain, Period, grain_word
from threadcast.assets.columns.number_format import counted, figure, joined, number, percent, plural
from threadcast_analyst.findings import (
    Breakdowns,
    Entry,
    Middle,
    Ranking,
    Summed,
)
from threadcast_analyst.reading.words import roots_of
from threadcast_analyst.wording.scope import (
    capitalised,
    grouped,
    key_noun,
    of_what,
    on_or_in,
    periods_told,
    row_noun,
    time_phrase,
)

__all__ = ["say_breakdown", "say_middle", "say_ranking", "say_total"]

_LISTED_PARTS = 5
_NAMED_TIES = 3
_GAINS = roots_of("gain gained profit earnings income")
_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}


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
            text = f"Total {of_what(line)}{when} was {figures}{_net_loss(found)}."
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


def _net_loss(found: Summed) -> str:
    """What a negative gain is called."""
    measure = found.selection.line.measure
    if found.value >= 0 or roots_of(measure.label).isdisjoint(_GAINS):
        return ""
    return f", that is, a net loss of {figure(-found.value, measure)}"


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
    grain = found.grain or _row_grain(found)
    of = (
        counted(found.count, row_noun(found.selection))
        if grain is None
        else periods_told(found.count, found.selection, grain)
    )
    when = time_phrase(line.filters, line.subject.span)
    kind = "Average" if found.kind == "mean" else "Median"
    text = f"{kind} {of_what(line)}{when} was {figure(found.value, measure, 1)}{per}, over {of}."
    if found.count == 1:
        return text
    low, high = figure(found.low.value, measure), figure(found.high.value, measure)
    return f"{text} It ranged from {low}{_named(found.low)} to {high}{_named(found.high)}."


def _row_grain(found: Middle) -> Grain | None:
    """The grain of rows that are one per period; None where they are more, or of no time."""
    grain = found.selection.line.subject.grain
    return grain if grain is not None and row_noun(found.selection) == grain_word(grain) else None


def say_ranking(found: Ranking) -> str:
    """The first of the groups, alone in a sentence or several in a list; and who else has that figure."""
    line, measure = found.selection.line, found.selection.line.measure
    noun = key_noun(found.key, line)
    extreme = "highest" if found.highest else "lowest"
    what = grouped(found.selection, found.groups)
    when = time_phrase(line.filters, line.subject.span)
    groups = (
        periods_told(found.groups, found.selection, found.key)
        if not isinstance(found.key, str) and not _is_by_row(found)
        else _rows_told(found, noun)
    )
    if len(found.entries) == 1:
        best = found.entries[0]
        place = f"{_ORDINALS[found.first_place]} {extreme}" if found.first_place > 1 else extreme
        text = f"{capitalised(what)}{when} was {place} {_where(best)}: {_value(best, measure, found)}"
        mean = figure(found.mean, measure, 1)
        return f"{text}, the {place} of {groups}.{_tied(found)} The average is {mean}."
    lead = f"The {number(len(found.entries))} {extreme} {plural(noun)} by {what}{when}, of {groups}:"
    tied = _tied(found).strip()
    return "\n".join((lead, *_numbered(found.entries, measure, found))) + (f"\n\n{tied}" if tied else "")


def _rows_told(found: Ranking, noun: str) -> str:
    grain, rows = found.selection.line.subject.grain, row_noun(found.selection)
    if not _is_by_row(found) or grain is None or rows != grain_word(grain):
        return counted(found.groups, rows if _is_by_row(found) else noun)
    return periods_told(found.groups, found.selection, grain)


def _tied(found: Ranking) -> str:
    """Who else has the figure of the last one told, by name if they are few."""
    if not found.tied:
        return ""
    if len(found.tied) > _NAMED_TIES:
        return f" {number(len(found.tied))} others share that figure; this is the first of them."
    has = "has" if len(found.tied) == 1 else "have"
    return f" {joined([entry.name for entry in found.tied])} {has} the same figure."


def say_breakdown(found: Breakdowns) -> str:
    """Every group on a line of its own."""
    line, measure = found.selection.line, found.selection.line.measure
    when = time_phrase(line.filters, line.subject.span)
    what = grouped(found.selection, len(found.entries) + found.left_out)
    extra = _extra(measure)
    if found.average_per is not None:
        what, extra = f"average {what} per {grain_word(found.average_per)}", 1
    lead = f"{capitalised(what)}{when} by {key_noun(found.key, line)}:"
    lines = [f"- {entry.name}: {figure(entry.value, measure, extra)}" for entry in found.entries]
    if not found.left_out:
        return "\n".join((lead, *lines))
    left_out = f"{counted(found.left_out, key_noun(found.key, line))} more are not listed."
    return "\n".join((lead, *lines)) + f"\n\n({left_out})"


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
