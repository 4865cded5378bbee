"""Sentences for trends, changes, movers and steps."""

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import grain_word, index_of
from threadcast.assets.columns.number_format import counted, figure, number, percent, plural, signed
from threadcast_analyst.computing.selection import Selection
from threadcast_analyst.entries import Entry
from threadcast_analyst.findings import Moved, Mover, MoverRanking, Stepped, Trending
from threadcast_analyst.series import Filters
from threadcast_analyst.wording.scope import (
    capitalised,
    grouped,
    key_noun,
    of_what,
    on_or_in,
    periods_told,
    time_phrase,
)

__all__ = ["relative_change", "say_change", "say_movers", "say_step", "say_trend"]

_STEADY_FIT, _CLEAR_FIT = 0.8, 0.3
"""R² from which a trend may be called steady, and below which there is none to speak of."""

_STEADY_STEPS = 0.9
"""The part of the steps that must go its way, too."""

_LISTED_MOVERS = 6


def say_trend(found: Trending) -> str:
    """Its direction and how steady it is, its ends, its extremes, its slope."""
    measure = found.selection.line.measure
    what = capitalised(_developing(found.selection, found.periods))
    extra = _extra(measure)
    word = grain_word(found.grain)
    begin, end = figure(found.first.value, measure, extra), figure(found.last.value, measure, extra)
    relative = relative_change(found.first.value, found.last.value)
    return (
        f"{what} {_direction(found)}: from {begin} {_within(found.first)} "
        f"to {end} {_within(found.last)}{relative}. "
        f"The highest {word} was {found.high.name} ({figure(found.high.value, measure, extra)}), "
        f"the lowest {found.low.name} ({figure(found.low.value, measure, extra)}). "
        f"A straight line through the {periods_told(found.periods, found.selection, found.grain)} "
        f"{_slope(found, measure, word)} and explains {percent(found.fit)} of the variation."
    )


def _developing(selection: Selection, groups: int) -> str:
    """What develops; the months of the year too, which the ends of a development don't tell."""
    return grouped(selection, groups) + time_phrase(Filters(months=selection.line.filters.months), None)


def _direction(found: Trending) -> str:
    if found.slope == 0:
        return "has not changed"
    if found.fit < _CLEAR_FIT:
        return "shows no clear trend"
    way = "risen" if found.slope > 0 else "fallen"
    is_steady = found.fit >= _STEADY_FIT and found.steadiness >= _STEADY_STEPS
    return f"has {way} steadily" if is_steady else f"has {way}, with ups and downs"


def _slope(found: Trending, measure: Column, word: str) -> str:
    if found.slope == 0:
        return "is flat"
    verb = "rises" if found.slope > 0 else "falls"
    size = abs(found.slope)
    extra = 1 if round(size, measure.decimals + 1) else 3
    return f"{verb} by {figure(size, measure, extra)} per {word}"


def say_change(found: Moved) -> str:
    """From what to what, by how much, and what part each value of the dimension had in it."""
    line, measure = found.selection.line, found.selection.line.measure
    extra = _extra(measure)
    difference = found.last.value - found.first.value
    begin, end = figure(found.first.value, measure, extra), figure(found.last.value, measure, extra)
    what = capitalised(_developing(found.selection, 2))
    text = f"{what} {_verb(difference)} from {begin} {_within(found.first)} to {end} {_within(found.last)}"
    if difference:
        relative = relative_change(found.first.value, found.last.value)
        text += f": a change of {signed(difference, measure, extra)}{relative}"
    text += _per(found, difference)
    if not found.parts:
        return f"{text}."
    ordered = sorted((mover for mover in found.parts if mover.change), key=lambda mover: -abs(mover.change))
    if not ordered:
        return f"{text}."
    lines = [_moved(mover, measure) for mover in ordered[:_LISTED_MOVERS]]
    noun, rest = key_noun(found.dimension, line), len(ordered) - len(lines)
    lines += [f"- and {counted(rest, noun)} that changed less"] if rest else []
    return f"{text}. By {noun}:\n" + "\n".join(lines)


def _within(entry: Entry) -> str:
    """When an end was; a span of time in brackets, since it has a "to" of its own."""
    if " to " in entry.name or entry.period is None:
        return f"({entry.name})"
    return on_or_in(entry.period)


def _per(found: Moved, difference: float) -> str:
    """The change per period, and the rate of growth that would bring it about."""
    if found.per is None or found.steps <= 0:
        return ""
    measure, word = found.selection.line.measure, grain_word(found.per)
    mean, steps = signed(difference / found.steps, measure, 1), _length(found.steps, word)
    text = f". That is {mean} per {word} on average, over {steps}"
    if found.first.value <= 0 or found.last.value <= 0:
        return text
    rate = (found.last.value / found.first.value) ** (1 / found.steps) - 1
    return f"{text}, or {percent(rate, sign=True)} a {word} compounded"


def _length(steps: float, word: str) -> str:
    return f"{number(steps, 1)} {word if steps == 1 else plural(word)}"


def say_movers(found: MoverRanking) -> str:
    """Who changed most in the wanted direction."""
    line, measure = found.selection.line, found.selection.line.measure
    noun, when = key_noun(found.dimension, line), _between(found)
    of = counted(found.groups, noun)
    if not found.movers:
        return f"None of {of} {'grew' if found.highest else 'fell'} in {measure.label}{when}."
    lines = [_moved(mover, measure) for mover in found.movers]
    if found.only:
        verb = "grew" if found.highest else "fell"
        return f"Of {of}, {number(len(found.movers))} {verb} in {measure.label}{when}:\n" + "\n".join(lines)
    if len(found.movers) > 1:
        order = "the greatest rise" if found.highest else "the greatest fall"
        order += " in per cent" if found.relative else ""
        lead = f"{_first_of(found, noun)} by their change of {measure.label}{when}, from {order} on"
        return f"{lead}:\n" + "\n".join(lines)
    best = found.movers[0]
    most = _most(best, highest=found.highest) + (" in per cent" if found.relative else "")
    return f"Of {of}, {best.name} {most}{when}. {lines[0][2:]}."


def _between(found: MoverRanking) -> str:
    """Between which periods, and in which months of the year."""
    months = time_phrase(Filters(months=found.selection.line.filters.months), None)
    return f"{months} between {found.first} and {found.last}"


def _first_of(found: MoverRanking, noun: str) -> str:
    count = len(found.movers)
    if count == found.groups:
        return f"The {counted(count, noun)}"
    return f"The first {number(count)} of {counted(found.groups, noun)}"


def _most(best: Mover, *, highest: bool) -> str:
    if highest:
        return "grew most" if best.change > 0 else "fell least"
    return "fell most" if best.change < 0 else "grew least"


def say_step(found: Stepped) -> str:
    """When the greatest rise or fall was, and from what to what."""
    line, measure = found.selection.line, found.selection.line.measure
    word, way = grain_word(found.grain), "rise" if found.rise else "fall"
    months = time_phrase(Filters(months=line.filters.months), None)
    if found.before is None or found.after is None:
        skips = "have a figure" in periods_told(len(found.selection.days), found.selection, found.grain)
        never = f"never {'rose' if found.rise else 'fell'} from one {'figure' if skips else word} to the next"
        return f"{capitalised(of_what(line))}{months} {never}."
    extra = _extra(measure)
    difference = found.after.value - found.before.value
    where = on_or_in(found.after.period) if found.after.period is not None else f"in {found.after.name}"
    return (
        f"The greatest {way} of {of_what(line)}{months} from one {word} {_to_the_next(found)} was {where}: "
        f"from {figure(found.before.value, measure, extra)} {_within(found.before)} "
        f"to {figure(found.after.value, measure, extra)}, a change of {signed(difference, measure, extra)}"
        f"{relative_change(found.before.value, found.after.value)}."
    )


def _to_the_next(found: Stepped) -> str:
    """The next row may be several periods later."""
    if (
        found.before is None
        or found.after is None
        or found.before.period is None
        or found.after.period is None
    ):
        return "to the next"
    is_next = index_of(found.after.period) - index_of(found.before.period) == 1
    return "to the next" if is_next else "to the next that has a figure"


def relative_change(before: float, after: float) -> str:
    """The change in per cent, in brackets after a space; empty where a ratio says nothing."""
    return f" ({percent(after / before - 1, sign=True)})" if before > 0 and after >= 0 else ""


def _moved(mover: Mover, measure: Column) -> str:
    extra = _extra(measure)
    change = f"{signed(mover.change, measure, extra)}{relative_change(mover.before, mover.after)}"
    begin, end = figure(mover.before, measure, extra), figure(mover.after, measure, extra)
    return f"- {mover.name}: {change}, from {begin} to {end}"


def _verb(difference: float) -> str:
    if difference == 0:
        return "did not change:"
    return "rose" if difference > 0 else "fell"


def _extra(measure: Column) -> int:
    return 0 if measure.additivity is Additivity.ADDITIVE else 1
