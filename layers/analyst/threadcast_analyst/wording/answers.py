"""Words a result: a sentence or a list, by the form of its frame, and the rows that it was computed over."""

from collections.abc import Callable, Sequence
from operator import eq, ge, gt, le, lt

from threadcast.assets.columns.dates import Grain, grain_word, period_of
from threadcast.assets.columns.number_format import counted, joined, number, plural
from threadcast_analyst.computing.results import Figure, Result
from threadcast_analyst.computing.statement import COUNTS, aggregate_of
from threadcast_analyst.reading.frames import Declined, Form, Frame, Relation
from threadcast_analyst.wording.changes import change, difference, share, steps, trend
from threadcast_analyst.wording.phrases import (
    LISTED,
    condition,
    figure_text,
    is_average,
    key_noun,
    listing,
    missing,
    named,
    ordered,
    scope,
    title,
)

__all__ = ["answer_of"]

_MAX_ROWS = 50
_TWO = 2
_HOLDS: dict[Relation, Callable[[float, float], bool]] = {
    Relation.ABOVE: gt, Relation.BELOW: lt, Relation.AT_LEAST: ge, Relation.AT_MOST: le, Relation.EXACTLY: eq,
}  # fmt: skip


def answer_of(result: Result) -> str:
    """Return the answer; raises `Declined` if the rows have no figure for it."""
    figures = [each for figures in result.figures for each in figures]
    if not any(each.valued for each in figures) and aggregate_of(result.parts[0]) not in COUNTS:
        raise missing(result.parts[0], *figures[:1])
    body = _BODIES[result.frame.form](result)
    return "\n\n".join(filter(None, [" ".join(result.frame.notes), body, _rows_used(result)]))


def _value(result: Result) -> str:
    first, found = result.parts[0], result.singles
    if len(found) > 1:
        pairs = zip(result.parts, found, strict=True)
        lines = [f"- {part.name}: {figure_text(part, each.value)}" for part, each in pairs]
        return listing(named(result), [*lines, *_difference(result)])
    value = found[0].value or 0
    if aggregate_of(first) in COUNTS:
        noun = first.counted.label if first.counted else "row"
        return f"There {_are(value)} {counted(int(value), noun)}{scope(first)}."
    name = named(result, is_single=found[0].valued == 1)
    return f"{name} was {figure_text(first, value)}{_on_average(result)}."


def _difference(result: Result) -> list[str]:
    """Return the difference of two figures of the same measure, as a line."""
    values = [each.value for each in result.singles]
    if len(values) != _TWO or None in values or len({part.measures for part in result.parts}) > 1:
        return []
    return [f"- difference: {figure_text(result.frame, (values[0] or 0) - (values[1] or 0))}"]


def _are(count: float) -> str:
    return "is" if count == 1 else "are"


def _on_average(result: Result) -> str:
    """Return that a level of a longer time is the average of its dates."""
    frame, span = result.parts[0], result.frame.subject.span
    is_named = title(frame).startswith("average")
    if span is None or is_named or frame.is_latest or not is_average(frame):
        return ""
    if isinstance(frame.key, Grain):
        is_long = frame.key > span.grain
    else:
        is_long = not frame.periods or any(
            each != period_of(each.first, span.grain) for each in frame.periods
        )
    return f" on average of its {plural(grain_word(span.grain))}" if is_long else ""


def _list(result: Result) -> str:
    """Word groups as a list: those of a time in its order, others from the highest figure on."""
    frame = result.parts[0]
    if len(result.parts) > 1 or frame.is_table:
        return _table(result)
    lines = [f"- {each.name}: {figure_text(frame, each.value)}" for each in ordered(result)]
    return listing(_by_key(result), lines)


def _by_key(result: Result) -> str:
    return named(result, f" by {key_noun(result.frame.key)}") + _on_average(result)


def _table(result: Result) -> str:
    frame, parts = result.frame, result.parts
    by_name = [{each.name: each.value for each in figures} for figures in result.figures]
    names = dict.fromkeys(each.name for each in ordered(result))
    names |= dict.fromkeys(name for figures in by_name[1:] for name in figures)
    columns = [part.name or title(part) for part in parts]
    rows = [[key_noun(frame.key), *columns], ["---"] * (len(columns) + 1)]
    for name in names:
        pairs = zip(parts, by_name, strict=True)
        rows.append([name, *(figure_text(part, known.get(name)) for part, known in pairs)])
    lines = [f"| {' | '.join(row)} |" for row in rows[: _MAX_ROWS + 2]]
    left = len(rows) - len(lines)
    lines += [f"\nThere are {number(left)} more."] if left else []
    return "\n".join([f"{_by_key(result)}:\n", *lines])


def _rank(result: Result) -> str:
    frame, limit = result.parts[0], result.frame.limit or 1
    known = [(each.name, each.value) for each in ordered(result) if each.value is not None]
    known.sort(key=lambda pair: -pair[1] if frame.highest else pair[1])
    shown = known[:limit]
    ties = [name for name, value in known[limit:] if value == shown[-1][1]]
    order = "highest" if frame.highest else "lowest"
    left_out = len(result.figures[0]) - len(known)
    note = f"Left out, for want of a value: {counted(left_out, key_noun(frame.key))}." if left_out else ""
    if limit > 1:
        lines = [f"{at}. {name}: {figure_text(frame, value)}" for at, (name, value) in enumerate(shown, 1)]
        tied = f"The last of these shares its figure with {joined(ties[:LISTED])}." if ties else ""
        return listing(f"{_by_key(result)}, the {len(shown)} {order}", lines, note, tied)
    names = joined([shown[0][0], *ties]) if len(ties) < LISTED else f"{shown[0][0]} and {len(ties)} others"
    text = figure_text(frame, shown[0][1]) + (" each" if ties else "")
    name = named(result, is_single=all(each.valued <= 1 for each in result.figures[0]))
    return f"{name} was {order} {_preposition(frame)} {names}: {text}. {note}".rstrip()


def _preposition(frame: Frame) -> str:
    return ("on" if frame.key is Grain.DAY else "in") if isinstance(frame.key, Grain) else "for"


def _groups(result: Result) -> str:
    """Word how many groups meet the limits, or how many there are."""
    frame, limits, noun = result.parts[0], result.frame.thresholds, key_noun(result.frame.key)
    known = [each for each in ordered(result) if each.value is not None]
    if not limits:
        return f"There {_are(len(known))} {counted(len(known), noun)} in the rows{scope(frame)}."
    if any(limit.measure != frame.measure for limit in limits):
        raise Declined("I apply limits to the groups of one measure at a time.")
    met = [
        e.name for e in known if all(_HOLDS[limit.relation](e.value or 0, limit.value) for limit in limits)
    ]
    names = f": {joined(met)}" if 0 < len(met) <= LISTED else ""
    name = named(result, is_single=all(each.valued == 1 for each in known))
    count = f"{number(len(met))} of {counted(len(known), noun)}"
    return f"{name} was {joined(list(map(condition, limits)))} {_preposition(frame)} {count}{names}."


def _rows_used(result: Result) -> str:
    """Return how many rows were used, how many have no value, and that a period is covered in part only."""
    frame, span = result.frame, result.frame.subject.span
    wholes: Sequence[Sequence[Figure]] = result.figures[1::2] if frame.form is Form.SHARE else result.figures
    used = [sum(each.valued for each in figures) for figures in wholes]
    empty = [sum(each.rows for each in figures) - count for figures, count in zip(wholes, used, strict=True)]
    rows = "row" if used == [1] else "rows"
    text = f"Computed over {_counts(used)} {rows} of “{frame.subject.name}”"
    if any(empty):
        labels = [frame.counted.label] if frame.counted else [measure.label for measure in frame.measures]
        text += f"; {_counts(empty)} more {'has' if empty == [1] else 'have'} no {joined(labels, 'or')}"
    periods = [period for part in result.parts for period in part.periods]
    if span is None or all(span.first <= each.first and each.last <= span.last for each in periods):
        return f"{text}."
    return f"{text}. The rows cover {span} only."


def _counts(counts: Sequence[int]) -> str:
    return joined([number(count) for count in counts])


_BODIES: dict[Form, Callable[[Result], str]] = {
    Form.VALUE: _value,
    Form.LIST: _list,
    Form.RANK: _rank,
    Form.GROUPS: _groups,
    Form.CHANGE: change,
    Form.STEPS: steps,
    Form.DIFFERENCE: difference,
    Form.SHARE: share,
    Form.TREND: trend,
}
