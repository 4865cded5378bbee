"""The parts of answers' sentences: figures in their units, their names, and what they are restricted to."""

import re
from collections.abc import Sequence
from dataclasses import replace

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Grain, grain_word
from threadcast.assets.columns.number_format import counted, figure, joined, number
from threadcast.domain.message import Pill, PillContainer
from threadcast_analyst.computing.results import Figure, Result
from threadcast_analyst.computing.statement import COUNTS, aggregate_of, averages_days
from threadcast_analyst.making import restrictions
from threadcast_analyst.reading.frames import Aggregate, Declined, Form, Frame, Key, Threshold
from threadcast_analyst.reading.words import vocabulary

__all__ = [
    "LISTED", "amount", "capitalized", "condition", "figure_text", "is_average", "key_noun", "listing",
    "matched_pills", "missing", "named", "ordered", "scope", "shared", "shortened", "title", "title_of",
]  # fmt: skip

LISTED = 12
"""Names that a sentence lists at most."""

_MAX_LINES = 50
_MAX_TITLE = 60
_SIGNS = frozenset("$€£¥₩")
_CENTS = 2


def amount(value: float, column: Column, *, is_average: bool = False, is_signed: bool = False) -> str:
    """Return a figure in its column's unit, with the decimals of its cells; an average has one more.

    Money has the decimals of its currency. A figure that these decimals would show as zero has three
    significant digits instead.
    """
    prefix = column.prefix.strip()
    if prefix in _SIGNS or re.fullmatch(r"[A-Z]{3} ", column.prefix):
        decimals = vocabulary().currency_decimals.get(prefix, _CENTS)
        text = figure(value, replace(column, decimals=decimals if column.decimals or is_average else 0))
    else:
        text = figure(value, column, 1 if is_average else 0)
    if value and not re.search(r"[1-9]", text.replace(column.prefix, "").replace(column.suffix, "")):
        text = f"{column.prefix}{value * column.multiplier:.3g}{column.suffix}"
    return f"+{text}" if is_signed and value > 0 else text


def is_average(frame: Frame) -> bool:
    """Return whether a figure is an average of several."""
    return aggregate_of(frame) is Aggregate.AVERAGE or averages_days(frame)


def figure_text(frame: Frame, value: float | None, *, is_signed: bool = False) -> str:
    """Return a frame's figure, or that there is none."""
    if value is None:
        return "no value"
    if frame.measure is None or aggregate_of(frame) in COUNTS:
        return number(value)
    return amount(value, frame.measure, is_average=is_average(frame), is_signed=is_signed)


def title(frame: Frame, *, is_single: bool = False) -> str:
    """Return the name of a figure: "total revenue". A single row's figure has no aggregate."""
    if frame.counted is not None:
        return f"number of different {frame.counted.label} values"
    if frame.measure is None or frame.aggregate is Aggregate.ROWS:
        return "number of rows"
    label, aggregate = frame.measure.label, aggregate_of(frame)
    if frame.per is not None:
        return f"average {label} per {grain_word(frame.per)}"
    if aggregate in {Aggregate.HIGHEST, Aggregate.LOWEST}:
        return f"{aggregate} {label} of a row"
    is_plain = is_single or frame.measure.additivity is Additivity.SEMI_ADDITIVE
    return label if frame.aggregate is None and is_plain else f"{aggregate} {label}"


def shared(result: Result) -> Frame:
    """Return what all parts of a result have in common; without measures if these differ."""
    first, frames = result.parts[0], result.parts
    filters = tuple(each for each in first.filters if all(each in frame.filters for frame in frames))
    if result.frame.form is Form.CHANGE:
        filters = tuple(each for each in filters if each.dimension != result.frame.key)
    is_same_time = all(frame.periods == first.periods for frame in frames)
    is_same_measure = all(frame.measures == first.measures for frame in frames)
    measures = first.measures if is_same_measure else ()
    return replace(first, measures=measures, filters=filters, periods=first.periods if is_same_time else ())


def named(result: Result, by: str = "", *, is_single: bool = False) -> str:
    """Return the name of a result's figures, by what they are grouped, and their common restrictions."""
    frame = shared(result)
    is_mixed = bool(result.frame.measures) and not frame.measures
    return capitalized("figures" if is_mixed else title(frame, is_single=is_single)) + by + scope(frame)


def scope(frame: Frame) -> str:
    """Return what a figure is restricted to, with a leading blank: " for East in 2017"."""
    wanted = [value for found in frame.filters if not found.is_excluded for value in found.values]
    texts = [f" for {joined(wanted)}"] if wanted else []
    texts += [f" without {joined(found.values)}" for found in frame.filters if found.is_excluded]
    limits = () if frame.form is Form.GROUPS else frame.thresholds
    texts += [f" with {limit.measure.label} {condition(limit)}" for limit in limits]
    periods = [str(period) for period in frame.periods]
    if len(periods) == 1 and " to " in periods[0]:
        return "".join(texts) + f" from {periods[0]}"
    if periods:
        is_day = len(periods) == 1 and frame.periods[0].grain is Grain.DAY
        texts.append(f" {'on' if is_day else 'in'} {joined(periods)}")
        texts += [f", the latest {grain_word(frame.periods[0].grain)}"] if frame.is_latest else []
    return "".join(texts)


def condition(limit: Threshold) -> str:
    """Return what a figure must be: "above 30 °C"."""
    return f"{limit.relation} {amount(limit.value, limit.measure)}"


def missing(frame: Frame, found: Figure | None = None) -> Declined:
    """Return why there is no figure."""
    where = scope(frame)
    if found is None or not found.rows or frame.measure is None:
        return Declined(f"No row of “{frame.subject.name}” matches{where}.")
    rows = counted(found.rows, "row")
    return Declined(f"There is no value of {frame.measure.label}{where}: the cell of {rows} is empty.")


def ordered(result: Result) -> list[Figure]:
    """Return the groups of the first part: periods in their order, others from the highest figure on."""
    if isinstance(result.frame.key, Grain):
        return sorted(result.figures[0], key=lambda each: each.order)
    return sorted(result.figures[0], key=lambda each: (each.value is None, -(each.value or 0), each.name))


def listing(lead: str, lines: Sequence[str], *notes: str) -> str:
    """Return a list under its lead, at most `_MAX_LINES` lines and how many more there are, and notes."""
    left = len(lines) - _MAX_LINES
    more = [f"- and {number(left)} more"] if left > 0 else []
    return "\n\n".join(["\n".join([f"{lead}:", *lines[:_MAX_LINES], *more]), *filter(None, notes)])


def key_noun(key: Key | None) -> str:
    """Return the word for one group."""
    return grain_word(key) if isinstance(key, Grain) else "row" if key is None else key.label


def capitalized(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def title_of(frame: Frame) -> str:
    """Return what a question asks for, in words."""
    name, where = title(frame, is_single=True), scope(frame)
    by = f" by {key_noun(frame.key)}" if frame.key is not None else ""
    part = joined(frame.part.values) if frame.part else "each part"
    texts = {
        Form.DESCRIBE: f"about {frame.subject.name}",
        Form.RANK: f"{'highest' if frame.highest else 'lowest'} {name}{by}{where}",
        Form.CHANGE: f"change of {name}{by}{where}",
        Form.STEPS: f"change of {name}{by}{where}",
        Form.DIFFERENCE: f"difference of {name}{where}",
        Form.SHARE: f"share of {part} in {name}{by}",
        Form.TREND: f"trend of {name}{where}",
        Form.MAKE: f"a metric of {restrictions(frame) or frame.subject.name}",
    }
    return capitalized(texts.get(frame.form, f"{name}{by}{where}"))


def shortened(text: str) -> str:
    """Return the text as a title of at most 60 characters, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= _MAX_TITLE:
        return text
    return text[: _MAX_TITLE - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def matched_pills(frame: Frame) -> tuple[PillContainer, ...]:
    """Return the columns, values and times that the question matched, grouped by what they are."""
    values = [(found.dimension.name, value) for found in frame.filters for value in found.values]
    groups = (
        ("Measures", [Pill(f"measure:{each.name}", each.label, "measure") for each in frame.measures]),
        ("Values", [Pill(f"{dimension}:{value}", value, "value") for dimension, value in values]),
        ("Time", [Pill(f"window:{period}", str(period), "time") for period in frame.periods]),
    )
    return tuple(PillContainer(name, tuple(dict.fromkeys(pills))) for name, pills in groups if pills)
