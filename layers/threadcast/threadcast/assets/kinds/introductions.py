"""Parts of an introduction: the asset's heading, and suggested questions that its rows can answer."""

from collections.abc import Sequence

from threadcast.assets.columns.column_roles import Additivity, Column, Shape, shape_of
from threadcast.assets.columns.dates import Grain, grain_word, period_of
from threadcast.assets.columns.row_coverage import span_of, values_of
from threadcast.domain.asset import Asset, AssetContext, Table

__all__ = ["heading", "questions_about", "suggested"]

QUESTIONS = 3


def heading(asset: Asset) -> str:
    """Return the asset's name and description as the first paragraph."""
    description = asset.definition.get("description")
    text = " ".join(description.split()) if isinstance(description, str) else ""
    return f"**{asset.name}**: {text}" if text else f"**{asset.name}**"


def suggested(questions: Sequence[str]) -> str:
    """Return the questions as a list of suggestions."""
    if not questions:
        return "Once it has rows, you can ask about their totals, extremes and changes."
    return "You could ask:\n" + "\n".join(f"- {question}" for question in questions[:QUESTIONS])


def questions_about(context: AssetContext) -> tuple[str, ...]:
    """Return up to three questions that a metric's rows can answer, the most useful first."""
    if context.table is None or not context.table.rows:
        return ()
    shape = shape_of(context.asset.definition, context.table)
    if not shape.measures:
        return ()
    measure, table = shape.measures[0], context.table
    found = [*_by_time(measure, shape, table), *_by_dimension(measure, shape, table)]
    found += [f"What is the average {measure.label}?"]
    return tuple(dict.fromkeys(found))[:QUESTIONS]


def _by_time(measure: Column, shape: Shape, table: Table) -> list[str]:
    span = None if shape.time is None else span_of(table, shape.time)
    if span is None:
        return []
    word = grain_word(span.grain)
    first, last = period_of(span.first, span.grain), period_of(span.last, span.grain)
    highest = f"Which {word} had the highest {measure.label}?"
    if first == last:
        return [highest]
    if span.grain is Grain.DAY:
        return [highest, f"What is the trend of {measure.label}?"]
    return [highest, f"How did {measure.label} change between {first} and {last}?"]


def _by_dimension(measure: Column, shape: Shape, table: Table) -> list[str]:
    for dimension in shape.dimensions:
        values = values_of(dimension, table)
        if len(values) < 2:  # noqa: PLR2004 - one value leaves nothing to compare
            continue
        if measure.additivity is Additivity.NON_ADDITIVE:
            return [f"Compare {values[0]} and {values[1]}."]
        largest = _largest(measure, dimension, table)
        return [] if largest is None else [f"What share of {measure.label} is {largest}?"]
    return []


def _largest(measure: Column, dimension: Column, table: Table) -> str | None:
    """Return the dimension's value with the largest sum of the measure; None if the measure has no values."""
    value_at, key_at = table.columns.index(measure.name), table.columns.index(dimension.name)
    sums: dict[str, float] = {}
    for row in table.rows:
        value, key = row[value_at], row[key_at]
        if isinstance(value, int | float) and key is not None:
            sums[str(key)] = sums.get(str(key), 0) + value
    return max(sums, key=lambda key: sums[key], default=None)
