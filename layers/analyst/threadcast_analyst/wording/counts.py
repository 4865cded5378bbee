"""Sentences for counts, for what meets a condition, and for runs."""

from statistics import fmean

from threadcast.assets.columns.dates import Grain, grain_word, period_of
from threadcast.assets.columns.number_format import counted, joined, number, percent
from threadcast_analyst.computing.selection import Selection
from threadcast_analyst.findings import Counted, Entry, Satisfied, Streaked, Tallied
from threadcast_analyst.wording.conditions import condition_told
from threadcast_analyst.wording.scope import (
    capitalised,
    grouped,
    key_noun,
    of_what,
    on_or_in,
    periods_told,
    row_noun,
    time_phrase,
    values_told,
)

__all__ = ["say_count", "say_satisfied", "say_streak", "say_tally"]

_FEW, _LISTED = 3, 24
_NAMED = 12
"""Up to so many groups are told by name."""


def say_count(found: Counted) -> str:
    """How many rows or groups, what part of all, and when the first and the last were."""
    line = found.selection.line
    when = time_phrase(line.filters, line.subject.span)
    noun = row_noun(found.selection) if found.key is None else key_noun(found.key, line)
    values = values_told(line)
    what = f" of {values}" if values else ""
    share = f": {percent(found.count / found.of_all)} of all {number(found.of_all)}"
    part = share if found.count != found.of_all else ""
    text = f"There {'was' if found.count == 1 else 'were'} {counted(found.count, noun)}{what}{when}{part}."
    if isinstance(found.key, str):
        return f"{text} {_listed(found.names)}"
    return f"{text}{_first_and_last(found.selection) if line.filters.values else ''}"


def _listed(names: tuple[str, ...]) -> str:
    shown = list(names[:_NAMED])
    rest = len(names) - len(shown)
    return f"They are {joined([*shown, *([f'{number(rest)} more'] if rest else [])])}."


def _first_and_last(selection: Selection) -> str:
    days, grain = selection.days, selection.line.subject.grain
    if not days or grain is None:
        return ""
    first, last = (on_or_in(period_of(day, grain)) for day in (days[0], days[-1]))
    return f" The first was {first}, the last {last}." if first != last else f" It was {first}."


def say_satisfied(found: Satisfied) -> str:
    """On how many of the groups it is so, and on which."""
    line = found.selection.line
    when = time_phrase(line.filters, line.subject.span)
    count, noun = len(found.entries), key_noun(found.key, line)
    told = condition_told(found.condition, line.measure)
    what = f"{capitalised(grouped(found.selection, found.groups))} was {told}"
    if isinstance(found.key, str):
        groups, link = counted(found.groups, noun), "for"
    else:
        groups = periods_told(found.groups, found.selection, Grain(found.key))
        link = _link(Grain(found.key))
    if not count:
        return f"{what} {link} none of {groups}{when}."
    text = f"{what} {link} {number(count)} of {groups}{when} ({percent(count / found.groups)})"
    if count <= _NAMED:
        return f"{text}: {joined([entry.name for entry in found.entries])}."
    if isinstance(found.key, str):
        return f"{text}, first of all {joined([entry.name for entry in found.entries[:_NAMED]])}."
    first, last = (_when(entry) for entry in (found.entries[0], found.entries[-1]))
    return f"{text}. The first was {first}, the last {last}."


def _when(entry: Entry) -> str:
    return entry.name if entry.period is None else on_or_in(entry.period)


def say_streak(found: Streaked) -> str:
    """How long the longest run was, from when to when."""
    line = found.selection.line
    what = f"{of_what(line)} {_state(found)}"
    when = time_phrase(line.filters, line.subject.span)
    noun, link = grain_word(found.grain), _link(found.grain)
    if found.period is None:
        return f"There was no {noun}{when} {link} which {what}."
    text = (
        f"The longest run of {noun}s{when} {link} which {what} was {_how_long(found)}, "
        f"{on_or_in(found.period)}."
    )
    if not found.others:
        return text
    others = f"{counted(found.others, 'other run')} {'was' if found.others == 1 else 'were'} as long"
    return f"{text} {others}; this is the first."


def _state(found: Streaked) -> str:
    """What was so in each period of a run."""
    if found.of_steps:
        return "rose" if found.condition.relation == "above" else "fell"
    return f"was {condition_told(found.condition, found.selection.line.measure)}"


def _how_long(found: Streaked) -> str:
    """The length of a run; of rows every five years it is one of figures."""
    length = counted(found.length, grain_word(found.grain))
    if found.step == 1:
        return length
    return f"{length} that {'has' if found.length == 1 else 'have'} a figure"


def _link(grain: Grain) -> str:
    return "on" if grain is Grain.DAY else "in"


def say_tally(found: Tallied) -> str:
    """The counts in the order of time, their mean, and where they were highest and lowest."""
    line = found.selection.line
    when = time_phrase(line.filters, line.subject.span)
    what = f"{of_what(line)} was {condition_told(found.condition, line.measure)}"
    noun, per = grain_word(found.grain), grain_word(found.per)
    mean = number(fmean(entry.value for entry in found.entries), 1)
    lead = capitalised(f"{noun}s")
    text = f"{lead} {_link(found.grain)} which {what}{when}: {mean} per {per} on average."
    if len(found.entries) > 1:
        text += f" {_extremes(found)}"
    shown = found.entries[-_LISTED:]
    lines = [f"- {entry.name}: {number(entry.value)}" for entry in shown]
    left_out = len(found.entries) - len(shown)
    more = f"\n\n({counted(left_out, per)} more are not listed.)" if left_out else ""
    return "\n".join((text, *lines)) + more


def _extremes(found: Tallied) -> str:
    """The highest and the lowest count, each with all the periods that have it."""
    counts = [entry.value for entry in found.entries]
    told = []
    for word, value in (("highest", max(counts)), ("lowest", min(counts))):
        names = [entry.name for entry in found.entries if entry.value == value]
        shown = joined(names) if len(names) <= _FEW else f"{number(len(names))} {grain_word(found.per)}s"
        told.append(f"{word} in {shown} ({number(value)})")
    return f"It is {told[0]} and {told[1]}."
