"""Words a result: a sentence or a list, by the form of its frame, and the rows that it was computed over."""

from collections.abc import Callable, Sequence

from threadcast.assets.columns.dates import Grain, grain_word, period_of
from threadcast.assets.columns.number_format import counted, joined, number, plural
from threadcast_analyst.computing.parts import Part
from threadcast_analyst.computing.results import Figure, Result
from threadcast_analyst.reading.frames import Aggregate, Declined, Form, Threshold
from threadcast_analyst.wording.changes import change, difference, share, steps, trend
from threadcast_analyst.wording.phrases import (
    LISTED,
    capitalized,
    condition,
    cut,
    difference_of,
    figure_text,
    heading,
    is_average,
    key_noun,
    missing,
    ordered,
    scope,
    title,
)

__all__ = ["answer_of"]

_MAX_ROWS = 50
_TWO = 2
_NONE = Figure("", None, 0, 0)


def answer_of(result: Result) -> str:
    """Return the answer; raises `Declined` if the rows have no figure for it."""
    body = _BODIES[result.frame.form](result)
    return "\n\n".join(filter(None, [" ".join(result.frame.notes), body, _rows_used(result)]))


def _value(result: Result) -> str:
    frame, parts, found = result.frame, result.parts, result.singles
    if all(each.value is None for each in found):
        raise Declined(missing(frame, parts[0], found[0]))
    if len(parts) > 1:
        return _values(result)
    part, value = parts[0], found[0].value or 0
    where = scope(frame, part)
    if frame.counted is not None or frame.aggregate is Aggregate.ROWS or part.measure is None:
        noun = frame.counted.label if frame.counted else "row"
        return f"There {_are(value)} {counted(int(value), noun)}{where}."
    name = capitalized(title(frame, part.measure, is_single=found[0].valued == 1))
    return f"{name}{where} was {figure_text(frame, part, value)}{_on_average(result, part)}."


def _are(count: float) -> str:
    return "is" if count == 1 else "are"


def _on_average(result: Result, part: Part) -> str:
    """Return that a level of a longer time is the average of its dates."""
    frame, span = result.frame, result.frame.subject.span
    is_named = frame.aggregate is Aggregate.AVERAGE or title(frame, part.measure).startswith("average")
    if span is None or is_named or frame.is_latest or not is_average(frame, part.measure):
        return ""
    if isinstance(frame.key, Grain):
        is_long = frame.key > span.grain
    else:
        is_long = not part.periods or any(
            period != period_of(period.first, span.grain) for period in part.periods
        )
    return f" on average of its {plural(grain_word(span.grain))}" if is_long else ""


def _values(result: Result) -> str:
    """Word several figures side by side, and the difference of two of the same measure."""
    frame, parts = result.frame, result.parts
    pairs = zip(parts, result.singles, strict=True)
    lines = [f"- {part.name}: {figure_text(frame, part, each.value)}" for part, each in pairs]
    if len(parts) == _TWO and parts[0].measure == parts[1].measure and (text := difference_of(result)):
        lines.append(f"- difference: {text}")
    return "\n".join([f"{capitalized(heading(result))}:", *lines])


def _list(result: Result) -> str:
    """Word groups as a list: those of a time in its order, others from the highest figure on."""
    frame, part = result.frame, result.parts[0]
    if not any(result.figures):
        raise Declined(missing(frame, part, _NONE))
    if len(result.parts) > 1 or frame.is_table:
        return _table(result)
    lines = [f"- {each.name}: {figure_text(frame, part, each.value)}" for each in ordered(result)]
    return "\n".join([f"{_by_key(result)}:", *cut(lines)])


def _by_key(result: Result) -> str:
    frame, part = result.frame, result.parts[0]
    name = title(frame, part.measure)
    where = heading(result).removeprefix(name).removeprefix("figures")
    return f"{capitalized(name)} by {key_noun(frame.key)}{where}{_on_average(result, part)}"


def _table(result: Result) -> str:
    frame, parts = result.frame, result.parts
    by_name = [{each.name: each.value for each in figures} for figures in result.figures]
    names = dict.fromkeys(each.name for each in ordered(result))
    names |= dict.fromkeys(name for figures in by_name[1:] for name in figures)
    columns = [part.name or title(frame, part.measure) for part in parts]
    rows = [[key_noun(frame.key), *columns], ["---"] * (len(columns) + 1)]
    for name in names:
        pairs = zip(parts, by_name, strict=True)
        rows.append([name, *(figure_text(frame, part, known.get(name)) for part, known in pairs)])
    lines = [f"| {' | '.join(row)} |" for row in rows[: _MAX_ROWS + 2]]
    left = len(rows) - len(lines)
    lines += [f"\nThere are {number(left)} more."] if left else []
    return "\n".join([f"{_by_key(result)}:\n", *lines])


def _rank(result: Result) -> str:
    frame, part = result.frame, result.parts[0]
    known = [(each.name, each.value) for each in result.figures[0] if each.value is not None]
    if not known:
        raise Declined(missing(frame, part, _NONE))
    known.sort(key=lambda pair: -pair[1] if frame.highest else pair[1])
    limit = frame.limit or 1
    shown = known[:limit]
    ties = [name for name, value in known[limit:] if value == shown[-1][1]]
    order = "highest" if frame.highest else "lowest"
    left_out = len(result.figures[0]) - len(known)
    notes = [f"Left out, for want of a value: {counted(left_out, key_noun(frame.key))}."] if left_out else []
    if limit == 1:
        names = (
            joined([shown[0][0], *ties]) if len(ties) < LISTED else f"{shown[0][0]} and {len(ties)} others"
        )
        text = figure_text(frame, part, shown[0][1]) + (" each" if ties else "")
        is_single = all(each.valued <= 1 for each in result.figures[0])
        name = capitalized(title(frame, part.measure, is_single=is_single)) + scope(frame, part)
        return " ".join([f"{name} was {order} {_preposition(result)} {names}: {text}.", *notes])
    lines = [f"{at}. {name}: {figure_text(frame, part, value)}" for at, (name, value) in enumerate(shown, 1)]
    notes += [f"The last of these shares its figure with {joined(ties[:LISTED])}."] if ties else []
    body = "\n".join([f"{_by_key(result)}, the {len(shown)} {order}:", *cut(lines)])
    return "\n\n".join([body, *notes])


def _preposition(result: Result) -> str:
    key = result.frame.key
    return ("on" if key is Grain.DAY else "in") if isinstance(key, Grain) else "for"


def _groups(result: Result) -> str:
    """Word how many groups meet a threshold, or how many there are."""
    frame, part, noun = result.frame, result.parts[0], key_noun(result.frame.key)
    known = [each for each in ordered(result) if each.value is not None]
    where = scope(frame, part)
    if not frame.thresholds:
        return f"There {_are(len(known))} {counted(len(known), noun)} in the rows{where}."
    if len(frame.thresholds) > 1:
        raise Declined("I apply one limit to groups at a time.")
    limit = frame.thresholds[0]
    met = [each.name for each in known if _holds(each.value or 0, limit)]
    names = f": {joined(met)}" if 0 < len(met) <= LISTED else ""
    name = capitalized(title(frame, part.measure, is_single=all(each.valued == 1 for each in known)))
    count = f"{number(len(met))} of {counted(len(known), noun)}"
    return f"{name}{where} was {condition(limit)} {_preposition(result)} {count}{names}."


def _holds(value: float, limit: Threshold) -> bool:
    match limit.relation:
        case "above":
            return value > limit.value
        case "below":
            return value < limit.value
        case "at least":
            return value >= limit.value
        case "at most":
            return value <= limit.value
        case "exactly":
            return value == limit.value
        case "between":
            return limit.value <= value <= limit.upper


def _rows_used(result: Result) -> str:
    """Return how many rows were used, how many have no value, and that a period is covered in part only."""
    frame, span = result.frame, result.frame.subject.span
    wholes = result.figures[1::2] if frame.form is Form.SHARE else result.figures
    used = [sum(each.valued for each in figures) for figures in wholes]
    empty = [sum(each.rows for each in figures) - count for figures, count in zip(wholes, used, strict=True)]
    rows = "row" if used == [1] else "rows"
    text = f"Computed over {_counts(used)} {rows} of “{frame.subject.name}”"
    if any(empty):
        labels = [frame.counted.label] if frame.counted else [m.label for m in frame.measures]
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
