"""The parts of answers' sentences: figures in their units, their names, and what they are restricted to."""

import re
from collections.abc import Sequence
from dataclasses import replace

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Grain, Period, grain_word
from threadcast.assets.columns.number_format import counted, figure, joined, number, percent
from threadcast.domain.message import Pill, PillContainer
from threadcast_analyst.computing.parts import Part
from threadcast_analyst.computing.results import Figure, Result
from threadcast_analyst.computing.statement import averages_days
from threadcast_analyst.making import restrictions
from threadcast_analyst.reading.frames import Aggregate, Form, Frame, Key, Threshold
from threadcast_analyst.reading.words import vocabulary

__all__ = [
    "LISTED",
    "amount",
    "capitalized",
    "change_of",
    "condition",
    "cut",
    "difference_of",
    "figure_text",
    "heading",
    "is_average",
    "key_noun",
    "matched_pills",
    "missing",
    "ordered",
    "scope",
    "shortened",
    "title",
    "title_of",
]

LISTED = 12
"""Names that a sentence lists at most."""

_MAX_LINES = 50
_SIGNS = frozenset("$€£¥₩")
_CENTS = 2


def amount(value: float, column: Column, *, is_average: bool = False, is_signed: bool = False) -> str:
    """Return a figure in its column's unit, with the decimals of its cells; an average has one more.

    Money has the decimals of its currency. A figure that these decimals would show as zero has three
    significant digits instead.
    """
    decimals = _currency_decimals(column)
    if decimals is None:
        text = figure(value, column, 1 if is_average else 0)
    else:
        has_cents = (column.decimals > 0 or is_average) and decimals > 0
        text = figure(value, replace(column, decimals=decimals if has_cents else 0))
    if value and not re.search(r"[1-9]", text.replace(column.prefix, "").replace(column.suffix, "")):
        text = f"{column.prefix}{value * column.multiplier:.3g}{column.suffix}"
    return f"+{text}" if is_signed and value > 0 else text


def _currency_decimals(column: Column) -> int | None:
    """Return the decimals of a currency, None for a column that holds no money."""
    prefix = column.prefix.strip()
    is_money = prefix in _SIGNS or re.fullmatch(r"[A-Z]{3} ", column.prefix)
    return vocabulary().currency_decimals.get(prefix, _CENTS) if is_money else None


def figure_text(frame: Frame, part: Part, value: float | None) -> str:
    """Return a part's figure, or that there is none."""
    if value is None:
        return "no value"
    if part.measure is None or frame.counted is not None or frame.aggregate is Aggregate.ROWS:
        return number(value)
    return amount(value, part.measure, is_average=is_average(frame, part.measure))


def difference_of(result: Result) -> str:
    """Return the first figure minus the second; empty if one is missing."""
    first, second = (each.value for each in result.singles)
    return (
        "" if first is None or second is None else figure_text(result.frame, result.parts[0], first - second)
    )


def change_of(before: float, after: float, column: Column, *, is_average: bool) -> str:
    """Return a change with its sign, and in per cent where that is defined."""
    text = amount(after - before, column, is_average=is_average, is_signed=True)
    return text if before <= 0 or after < 0 else f"{text} ({percent((after - before) / before, sign=True)})"


def is_average(frame: Frame, measure: Column | None) -> bool:
    """Return whether a figure is an average of several."""
    if frame.aggregate is not None:
        return frame.aggregate is Aggregate.AVERAGE or averages_days(frame, measure)
    return measure is not None and measure.additivity is not Additivity.ADDITIVE


def title(frame: Frame, measure: Column | None, *, is_single: bool = False) -> str:
    """Return the name of a figure: "total revenue". A single row's figure has no aggregate."""
    if frame.counted is not None:
        return f"number of different {frame.counted.label} values"
    if frame.aggregate is Aggregate.ROWS or measure is None:
        return "number of rows"
    if frame.per is not None:
        return f"average {measure.label} per {grain_word(frame.per)}"
    if frame.aggregate in {Aggregate.HIGHEST, Aggregate.LOWEST}:
        return f"{frame.aggregate} {measure.label} of a row"
    if is_single and frame.aggregate is None:
        return measure.label
    defaults = {
        Additivity.ADDITIVE: "total",
        Additivity.NON_ADDITIVE: "average",
        Additivity.SEMI_ADDITIVE: "",
    }
    return f"{frame.aggregate or defaults[measure.additivity]} {measure.label}".strip()


def heading(result: Result) -> str:
    """Return the name of figures side by side, and what all of them are restricted to."""
    parts = result.parts
    name = title(result.frame, parts[0].measure) if len({part.measure for part in parts}) == 1 else "figures"
    shared = tuple(each for each in parts[0].filters if all(each in part.filters for part in parts))
    periods = parts[0].periods if len({part.periods for part in parts}) == 1 else ()
    return name + scope(result.frame, Part("", None, shared, periods))


def scope(frame: Frame, part: Part) -> str:
    """Return what a figure is restricted to, with a leading blank: " for East in 2017"."""
    wanted = [value for found in part.filters if not found.is_excluded for value in found.values]
    texts = [f" for {joined(wanted)}"] if wanted else []
    texts += [f" without {joined(found.values)}" for found in part.filters if found.is_excluded]
    limits = () if frame.form is Form.GROUPS else frame.thresholds
    texts += [f" with {limit.measure.label} {condition(limit)}" for limit in limits]
    return "".join(texts) + _when(part.periods, is_latest=frame.is_latest)


def _when(periods: Sequence[Period], *, is_latest: bool) -> str:
    if len(periods) == 1 and " to " in str(periods[0]):
        return f" from {periods[0]}"
    preposition = "on" if len(periods) == 1 and periods[0].grain is Grain.DAY else "in"
    latest = f", the latest {grain_word(periods[0].grain)}" if is_latest and periods else ""
    return f" {preposition} {joined([str(period) for period in periods])}{latest}" if periods else ""


def condition(limit: Threshold) -> str:
    """Return what a figure must be: "above 30 °C"."""
    low, high = (amount(value, limit.measure) for value in (limit.value, limit.upper))
    return f"between {low} and {high}" if limit.relation == "between" else f"{limit.relation} {low}"


def missing(frame: Frame, part: Part, found: Figure) -> str:
    """Return why there is no figure."""
    where = scope(frame, part)
    if not found.rows or part.measure is None:
        return f"No row of “{frame.subject.name}” matches{where}."
    rows = counted(found.rows, "row")
    return f"There is no value of {part.measure.label}{where}: the cell of {rows} is empty."


def ordered(result: Result) -> list[Figure]:
    """Return the groups of the first part: periods in their order, others from the highest figure on."""
    if isinstance(result.frame.key, Grain):
        return sorted(result.figures[0], key=lambda each: each.order)
    return sorted(result.figures[0], key=lambda each: (each.value is None, -(each.value or 0), each.name))


def cut(lines: Sequence[str]) -> list[str]:
    """Return the first lines of a list, and how many more there are."""
    left = len(lines) - _MAX_LINES
    return [*lines] if left <= 0 else [*lines[:_MAX_LINES], f"- and {number(left)} more"]


def key_noun(key: Key | None) -> str:
    """Return the word for one group."""
    return grain_word(key) if isinstance(key, Grain) else "row" if key is None else key.label


def capitalized(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


_MAX_CHARACTERS = 60


def title_of(frame: Frame) -> str:
    """Return what a question asks for, in words."""
    measure = frame.measure
    where = scope(frame, Part("", measure, frame.filters, frame.periods))
    name = title(frame, measure, is_single=True)
    by = f" by {key_noun(frame.key)}" if frame.key is not None else ""
    texts = {
        Form.DESCRIBE: f"about {frame.subject.name}",
        Form.RANK: f"{'highest' if frame.highest else 'lowest'} {name}{by}{where}",
        Form.CHANGE: f"change of {name}{by}{where}",
        Form.STEPS: f"change of {name}{by}{where}",
        Form.DIFFERENCE: f"difference of {name}{where}",
        Form.SHARE: f"share of {joined(frame.part.values) if frame.part else 'each part'} in {name}{by}",
        Form.TREND: f"trend of {name}{where}",
        Form.MAKE: f"a metric of {restrictions(frame) or frame.subject.name}",
    }
    return capitalized(texts.get(frame.form, f"{name}{by}{where}"))


def shortened(text: str) -> str:
    """Return the text as a title of at most 60 characters, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= _MAX_CHARACTERS:
        return text
    return text[: _MAX_CHARACTERS - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def matched_pills(frame: Frame) -> tuple[PillContainer, ...]:
    """Return the columns, values and times that the question matched, grouped by what they are."""
    measures = [Pill(f"measure:{each.name}", each.label, "measure") for each in frame.measures]
    values = [
        Pill(f"{found.dimension.name}:{value}", value, "value")
        for found in frame.filters
        for value in found.values
    ]
    times = [Pill(f"window:{period}", str(period), "time") for period in frame.periods]
    groups = (("Measures", measures), ("Values", values), ("Time", times))
    return tuple(PillContainer(name, tuple(dict.fromkeys(pills))) for name, pills in groups if pills)
