"""Sentences for correlations, outliers, seasons and explanations."""

from collections.abc import Sequence
from dataclasses import replace

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import grain_word
from threadcast.assets.columns.number_format import counted, figure, number, percent, signed
from threadcast_analyst.findings import (
    Contrasted,
    Correlated,
    Explained,
    Moved,
    Mover,
    Outlying,
    Seasonal,
)
from threadcast_analyst.wording.developments import relative_change, say_change
from threadcast_analyst.wording.scope import (
    capitalised,
    grouped,
    of_what,
    periods_told,
    row_noun,
    time_phrase,
)

__all__ = ["say_contrast", "say_correlation", "say_explanation", "say_outliers", "say_seasons"]

_STRONG, _CLEAR, _WEAK = 0.7, 0.4, 0.2
_LISTED_MONTHS = 3
_HARDLY = 0.02
"""Up to such a part the best month is ahead of the worst without there being a season to speak of."""


def say_correlation(found: Correlated) -> str:
    """Pearson's r in words, and what it does not mean."""
    first, second = found.selection.line, found.other.line
    when = time_phrase(first.filters, first.subject.span)
    names = f"{of_what(first)} and {of_what(second)}"
    if first.subject.asset.id != second.subject.asset.id:
        names = f"{of_what(first)} (“{first.subject.name}”) and {of_what(second)} (“{second.subject.name}”)"
    periods = (
        periods_told(found.periods, found.selection, found.grain)
        if found.grain is not None
        else counted(found.periods, "row")
    )
    return (
        f"{capitalised(names)}{when} {_strength(found.r)}: r = {number(found.r, 2)} over {periods}. "
        f"{_meaning(found.r)}A correlation does not tell what causes what."
    )


def _strength(r: float) -> str:
    size = abs(r)
    if size < _WEAK:
        return "are not correlated"
    word = "strongly" if size >= _STRONG else "moderately" if size >= _CLEAR else "weakly"
    return f"are {word} {'positively' if r > 0 else 'negatively'} correlated"


def _meaning(r: float) -> str:
    if abs(r) < _WEAK:
        return ""
    way = (
        "when one is high, the other tends to be high too"
        if r > 0
        else "when one is high, the other tends to be low"
    )
    return f"That is, {way}. "


def say_outliers(found: Outlying) -> str:
    """What lies beyond the fences, farthest first, or that nothing does."""
    line, measure = found.selection.line, found.selection.line.measure
    when = time_phrase(line.filters, line.subject.span)
    noun = row_noun(found.selection) if found.grain is None else grain_word(found.grain)
    low, high = figure(found.low_fence, measure, 1), figure(found.high_fence, measure, 1)
    is_positive = all(point.value >= 0 for point in found.selection.points)
    beyond = f"above {high}" if is_positive and found.low_fence < 0 else f"below {low} or above {high}"
    rule = f"An outlier is {beyond}: 1.5 interquartile ranges beyond the middle half."
    what = f"{of_what(line)}{when}"
    if not found.entries:
        return f"No {noun} is an outlier of {what}, of {counted(found.groups, noun)}. {rule}"
    lines = [f"- {entry.name}: {figure(entry.value, measure)}" for entry in found.entries]
    listed = ":" if found.count == len(lines) else f"; the {number(len(lines))} farthest out:"
    verb = "is an outlier" if found.count == 1 else "are outliers"
    lead = f"{number(found.count)} of {counted(found.groups, noun)} {verb} of {what}{listed}"
    return "\n".join((lead, *lines)) + f"\n\n{rule}"


def say_seasons(found: Seasonal) -> str:
    """The months from January, and the strongest and weakest of them."""
    measure = found.selection.line.measure
    what = capitalised(grouped(found.selection, len(found.entries)))
    ordered = sorted(found.entries, key=lambda entry: entry.value)
    low, high = ordered[0], ordered[-1]
    lines = [f"- {entry.name}: {figure(entry.value, measure, 1)}" for entry in found.entries]
    over = (
        f"averaged over {counted(found.years, 'year')}"
        if found.years > 1
        else "in the one year that there is"
    )
    highest, lowest = (f"{entry.name} ({figure(entry.value, measure, 1)})" for entry in (high, low))
    lead = f"{what} is highest in {highest} and lowest in {lowest}.{_hardly(low.value, high.value)}"
    return f"{lead} By month, {over}:\n" + "\n".join(lines)


def _hardly(low: float, high: float) -> str:
    """Whether the months are so much alike that there is no season to speak of."""
    if low <= 0 or high / low - 1 >= _HARDLY:
        return ""
    return f" They differ by {percent(high / low - 1)} only, so there is hardly any season in it."


def say_contrast(found: Contrasted) -> str:
    """Parts of the year from the highest, and how far the first is ahead of the last."""
    measure = found.selection.line.measure
    adds_up = measure.additivity is Additivity.ADDITIVE
    line = found.selection.line
    when = time_phrase(replace(line.filters, months=frozenset()), line.subject.span)
    kind, extra = ("total", 0) if adds_up else ("average", 1)
    over = counted(found.years, "year")
    lines = [f"- {entry.name}: {figure(entry.value, measure, extra)}" for entry in found.entries]
    lead = f"{capitalised(kind)} {of_what(line)}{when} by time of year, in {over}:\n" + "\n".join(lines)
    first, last = found.entries[0], found.entries[-1]
    if first.value == last.value:
        return lead
    ahead = figure(first.value - last.value, measure, extra)
    times = f", {number(first.value / last.value, 2)} times as much" if adds_up and last.value > 0 else ""
    return f"{lead}\n\n{capitalised(first.name)} is ahead of {last.name} by {ahead}{times}."


def say_explanation(found: Explained) -> str:
    """What the change is made of; and that rows tell what changed, not why."""
    moved = found.moved
    parts = [_correction(found) + say_change(moved)]
    parts += [_contributions(moved)] if moved.parts else []
    parts += [_months(found.months, moved)] if found.months else []
    parts.append("The rows show what changed, not why: the reasons lie outside them.")
    return "\n\n".join(part for part in parts if part)


def _correction(found: Explained) -> str:
    """Where the question assumes a fall and the rows show a rise, that comes first."""
    difference = found.moved.last.value - found.moved.first.value
    if found.wanted == "fall" and difference >= 0:
        return "It did not fall. "
    return "It did not rise. " if found.wanted == "rise" and difference <= 0 else ""


def _contributions(moved: Moved) -> str:
    """Who made most of the change, where parts add up to the whole."""
    measure, difference = moved.selection.line.measure, moved.last.value - moved.first.value
    if measure.additivity is Additivity.NON_ADDITIVE or difference == 0:
        return ""
    main = max(moved.parts, key=lambda mover: mover.change / difference)
    against = [mover for mover in moved.parts if mover.change / difference < 0]
    ratio = main.change / difference
    part = (
        f"{percent(ratio)} of the change"
        if ratio <= 1
        else f"more than the whole change ({signed(main.change, measure)})"
    )
    text = f"{capitalised(main.name)} accounts for {part}"
    if against:
        opposite = min(against, key=lambda mover: mover.change / difference)
        text += f"; {opposite.name} moved most against it ({signed(opposite.change, measure)})"
    return f"{text}."


def _months(months: Sequence[Mover], moved: Moved) -> str:
    measure: Column = moved.selection.line.measure
    direction = 1 if moved.last.value >= moved.first.value else -1
    ordered = sorted(months, key=lambda mover: -direction * mover.change)[:_LISTED_MONTHS]
    told = [
        f"- {mover.name}: {signed(mover.change, measure, 1)}{relative_change(mover.before, mover.after)}"
        for mover in ordered
    ]
    return "The months that changed most that way:\n" + "\n".join(told)
