"""Which rows an answer speaks of: in passing within a sentence, and in full at its end."""

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import MONTHS, Grain, Period, grain_word, index_of, period_of
from threadcast.assets.columns.number_format import counted, joined, plural
from threadcast_analyst.computing.selection import Selection
from threadcast_analyst.series import Filters, Key, Line
from threadcast_analyst.wording.conditions import having_told

__all__ = [
    "basis",
    "capitalised",
    "grouped",
    "how_combined",
    "key_noun",
    "months_phrase",
    "of_what",
    "on_or_in",
    "periods_told",
    "row_noun",
    "time_phrase",
    "values_told",
]

_FEW = 3
"""More values than that are told by those that are left out, if these are no more than that."""


def capitalised(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def of_what(line: Line) -> str:
    """The measure and its values, as they stand in a sentence: "net generation for Renewables"."""
    values = values_told(line)
    return f"{line.measure.label} for {values}" if values else line.measure.label


def values_told(line: Line, link: str = "and") -> str:
    """The values that count, or the few that don't: "every sector but Government"; empty: all count."""
    told = []
    for dimension, named in line.filters.values:
        others = [value for value in line.subject.values[dimension] if value not in named]
        if len(named) > _FEW and len(others) <= _FEW:
            told.append(f"every {line.subject.dimension(dimension).label} but {joined(others)}")
        else:
            told.append(joined(list(named), link))
    return ", ".join(told)


def periods_told(count: int, selection: Selection, grain: Grain) -> str:
    """How many periods; where the rows skip some, so that they last longer, that is told."""
    noun, days, filters = grain_word(grain), selection.days, selection.line.filters
    if not days or filters.months or filters.having or len(filters.windows) > 1:
        return counted(count, noun)
    first, last = (index_of(period_of(day, grain)) for day in (days[0], days[-1]))
    skips = count < last - first + 1
    return (
        f"{counted(count, noun)} that {'has' if count == 1 else 'have'} a figure"
        if skips
        else counted(count, noun)
    )


def grouped(selection: Selection, groups: int) -> str:
    """What a group's figure is: "average temperature" where it is that of several rows."""
    line = selection.line
    is_mean = line.measure.additivity is Additivity.NON_ADDITIVE and len(selection.points) > groups
    return f"average {of_what(line)}" if is_mean else of_what(line)


def time_phrase(filters: Filters, span: Period | None) -> str:
    """The filters of rows with a space before: " in 2009", " with rain above zero"; empty: all count."""
    having = f" with {having_told(filters)}" if filters.having else ""
    return having + _when(filters, span)


def _when(filters: Filters, span: Period | None) -> str:
    windows = [_clipped(window, span) for window in filters.windows]
    told = [on_or_in(window) for window in windows]
    if filters.months:
        months = f"in {months_phrase(filters.months)}"
        return f" {months} {joined(told)}" if told else f" {months}"
    return f" {joined(told)}" if told else ""


def on_or_in(period: Period) -> str:
    """The period with its preposition: "in 2009", "on 4 July 2012", "from 2005 to 2010"."""
    text = str(period)
    if " to " in text:
        return f"from {text}"
    return f"on {text}" if period.grain is Grain.DAY else f"in {text}"


def months_phrase(months: frozenset[int]) -> str:
    """The months of the year by name, in the order of the calendar."""
    return joined([MONTHS[month - 1] for month in sorted(months)])


def key_noun(key: Key, line: Line) -> str:
    """What one group is called: "year", "source"."""
    return line.subject.dimension(key).label if isinstance(key, str) else grain_word(Grain(key))


def basis(selection: Selection, ends: tuple[Period, Period] | None = None) -> str:
    """Which rows were computed with, in one sentence; `ends` are the two periods if only they were."""
    line = selection.line
    parts = [f"Computed over {counted(len(selection.points), 'row')} of “{line.subject.name}”"]
    if ends is not None:
        parts.append(f", {ends[0]} and {ends[1]}")
    elif len(line.filters.windows) > 1:
        windows = (_clipped(window, line.subject.span) for window in line.filters.windows)
        parts.append(f", {joined([str(window) for window in windows])}")
    elif selection.span is not None:
        parts.append(f", {selection.span}")
    parts += [f", {_filtered(column, line.filters)}" for column in line.subject.shape.dimensions]
    if line.filters.months:
        parts.append(f", only {months_phrase(line.filters.months)}")
    if line.filters.having:
        parts.append(f", only with {having_told(line.filters)}")
    if selection.empty:
        parts.append(f"; {counted(selection.empty, 'row')} without a value left out")
    return "".join(parts) + "."


def row_noun(selection: Selection) -> str:
    """What one row is: a "day" where every day has one row, else a "row"."""
    grain, days = selection.line.subject.grain, selection.days
    return grain_word(grain) if grain is not None and len(days) == len(selection.points) > 0 else "row"


def _filtered(dimension: Column, filters: Filters) -> str:
    values = filters.of(dimension.name)
    return f"only {dimension.label} {joined(values)}" if values else f"every {dimension.label}"


def how_combined(line: Line) -> str:
    """How a group's rows become one figure, in one sentence."""
    label = capitalised(line.measure.label)
    dimensions = joined([plural(column.label) for column in line.subject.shape.dimensions])
    match line.measure.additivity:
        case Additivity.ADDITIVE:
            return f"{label} is added up within each group."
        case Additivity.SEMI_ADDITIVE:
            over = f"added up over {dimensions} and " if dimensions else ""
            return f"{label} is {over}averaged over time."
        case Additivity.NON_ADDITIVE:
            return f"{label} is averaged within each group, never added up."


def _clipped(window: Period, span: Period | None) -> Period:
    """The window without what lies outside the rows' span, unless nothing would be left."""
    if span is None or window.last < span.first or window.first > span.last:
        return window
    if window.first >= span.first and window.last <= span.last:
        return window
    first, last = max(window.first, span.first), min(window.last, span.last)
    return Period(first, last, window.grain)
