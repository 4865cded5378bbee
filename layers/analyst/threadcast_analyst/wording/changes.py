"""Words results that put figures beside each other: changes, steps, differences, shares and trends."""

from collections.abc import Iterator
from itertools import pairwise

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.dates import index_of
from threadcast.assets.columns.number_format import counted, joined, percent, plural
from threadcast_analyst.computing.parts import Part
from threadcast_analyst.computing.results import Figure, Result
from threadcast_analyst.reading.frames import Declined
from threadcast_analyst.wording.phrases import (
    LISTED,
    capitalized,
    change_of,
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

__all__ = ["change", "difference", "share", "steps", "trend"]

_TWO = 2
_NONE = Figure("", None, 0, 0)


def change(result: Result) -> str:
    """Word the change between two periods or two columns, or that of each group."""
    if result.frame.key is not None:
        return _changes(result)
    first, last = result.parts
    before, after = _known(result)
    name = _changing(result) + scope(result.frame, Part("", None, first.filters, ()))
    ends = [figure_text(result.frame, first, value) for value in (before, after)]
    if before == after:
        return f"{name} was the same in {first.name} and in {last.name}: {ends[0]}."
    verb = "rose" if after > before else "fell"
    moved = f"{verb} from {ends[0]} in {first.name} to {ends[1]} in {last.name}"
    return f"{name} {moved}: a change of {_change_of(result, before, after)}."


def _known(result: Result) -> tuple[float, float]:
    """Return both figures; raises `Declined` if one is missing."""
    for part, each in zip(result.parts, result.singles, strict=True):
        if each.value is None:
            raise Declined(missing(result.frame, part, each))
    first, last = result.singles
    return first.value or 0, last.value or 0


def _measure(result: Result) -> Column:
    measure = result.parts[0].measure
    if measure is None:
        raise Declined("I do that for a measure, not for a number of rows.")
    return measure


def _change_of(result: Result, before: float, after: float) -> str:
    measure = _measure(result)
    return change_of(before, after, measure, is_average=is_average(result.frame, measure))


def _changing(result: Result) -> str:
    """Return the name of a figure that changes; that of additive figures goes without "total"."""
    if len({part.measure for part in result.parts}) > 1:
        return "The figure"
    name = title(result.frame, _measure(result))
    is_plain = result.frame.aggregate is None and name.startswith("total ")
    return capitalized(_measure(result).label if is_plain else name)


def _changes(result: Result) -> str:
    """Word the changes of groups; those without a value at either end are left out, which is stated."""
    frame, (first, last) = result.frame, result.parts
    befores, afters = ({each.name: each.value for each in figures} for figures in result.figures)
    names = list(dict.fromkeys([*befores, *afters]))
    ends = {name: (befores.get(name), afters.get(name)) for name in names}
    known = {name: (a, b) for name, (a, b) in ends.items() if a is not None and b is not None}
    span, noun = f"from {first.name} to {last.name}", key_noun(frame.key)
    if not known:
        raise Declined(f"No {noun} has a value in both {first.name} and {last.name}.")
    shown = _wanted(result, {name: after - before for name, (before, after) in known.items()})
    fixed = tuple(each for each in first.filters if each.dimension != frame.key)
    body = [f"{_changing(result)}{scope(frame, Part('', None, fixed, ()))} {span}, by {noun}:"]
    if not shown:
        verb = "rose" if frame.rises else "fell"
        body = [f"{_changing(result)} {verb} for none of {counted(len(known), noun)} {span}."]
    body += cut([f"- {name}: {_line(result, *known[name])}" for name in shown])
    left_out = [name for name in names if name not in known]
    text = f"{joined(left_out)}" if len(left_out) <= LISTED else counted(len(left_out), noun)
    notes = [f"Left out, for want of a value in {first.name} or {last.name}: {text}."] if left_out else []
    return "\n\n".join(["\n".join(body), *notes])


def _wanted(result: Result, changes: dict[str, float]) -> list[str]:
    """Return the groups to show: all, those that changed in the wanted direction, or the first of these."""
    frame, rises = result.frame, result.frame.rises
    if rises is not None:
        changes = {name: each for name, each in changes.items() if (each > 0 if rises else each < 0)}
    from_top = frame.highest if rises is None else rises == frame.highest
    found = sorted(changes, key=lambda name: -changes[name] if from_top else changes[name])
    if frame.limit is None or len(found) <= frame.limit:
        return found
    last = changes[found[frame.limit - 1]]
    return [name for at, name in enumerate(found) if at < frame.limit or changes[name] == last]


def _line(result: Result, before: float, after: float) -> str:
    ends = [figure_text(result.frame, result.parts[0], value) for value in (before, after)]
    return f"{_change_of(result, before, after)}, from {ends[0]} to {ends[1]}"


def steps(result: Result) -> str:
    """Word each period's change from the one before; a period without a value breaks the chain."""
    frame, part, word = result.frame, result.parts[0], key_noun(result.frame.key)
    series = ordered(result)
    if len(series) < _TWO:
        raise Declined("There are too few periods for changes from one to the next.")
    lines = []
    for before, after in pairwise(series):
        text = figure_text(frame, part, after.value)
        if after.value is not None:
            has_before = before.value is not None and _are_neighbours(before, after)
            text = _line(result, before.value or 0, after.value) if has_before else text
            text += "" if has_before else f"; the {word} before has no value"
        lines.append(f"- {after.name}: {text}")
    lead = f"{_changing(result)}{scope(frame, part)}, each {word} against the one before:"
    return "\n".join([lead, *cut(lines)])


def _are_neighbours(before: Figure, after: Figure) -> bool:
    if before.period is None or after.period is None:
        return False
    return index_of(after.period) - index_of(before.period) == 1


def difference(result: Result) -> str:
    """Word two figures and the first minus the second."""
    (first, second), values = result.parts, _known(result)
    units = {part.measure.unit for part in result.parts if part.measure}
    if len(units) > 1:
        raise Declined(f"{first.name} and {second.name} have different units.")
    pairs = zip(result.parts, values, strict=True)
    texts = [f"{part.name} {figure_text(result.frame, part, value)}" for part, value in pairs]
    minus = f"{first.name} minus {second.name} is {difference_of(result)}"
    return f"{capitalized(heading(result))}: {joined(texts)}. {minus}."


def share(result: Result) -> str:
    """Word the share of a part in a whole, or those of all groups."""
    frame, parts = result.frame, result.parts
    if frame.part is None:
        return _shares_of_groups(result)
    periods = parts[0].periods if len(parts) == _TWO else ()
    whole = Part("", None, parts[1].filters, periods)
    what = f"The share of {joined(frame.part.values)} in {title(frame, frame.measure)}{scope(frame, whole)}"
    lines = list(_shares(result))
    if len(lines) > 1:
        return "\n".join([f"{what}:", *cut([f"- {name}: {text}" for name, text, _ in lines])])
    if lines and lines[0][1].startswith("not"):
        raise Declined(f"{what} is {lines[0][1]}.")
    if not lines or lines[0][2] is None:
        raise Declined(missing(frame, parts[0], (*result.figures[0], _NONE)[0]))
    return f"{what} was {lines[0][1]}."


def _shares(result: Result) -> Iterator[tuple[str, str, float | None]]:
    """Yield the name of each whole, its share in words, and the part's figure."""
    groups = zip(result.parts[::2], result.figures[::2], result.figures[1::2], strict=True)
    for part, own, wholes in groups:
        known = {each.name: each.value for each in own}
        for whole in sorted(wholes, key=lambda each: each.order):
            value = known.get(whole.name) if whole.value is not None and whole.value > 0 else None
            yield whole.name or part.name, _ratio(result, part, known.get(whole.name), whole.value), value


def _ratio(result: Result, part: Part, own: float | None, whole: float | None) -> str:
    if own is None or whole is None:
        return "no value"
    texts = [figure_text(result.frame, part, value) for value in (own, whole)]
    if whole <= 0:
        return f"not defined: {texts[0]} of {texts[1]}"
    return f"{percent(own / whole)} ({texts[0]} of {texts[1]})"


def _shares_of_groups(result: Result) -> str:
    frame, part = result.frame, result.parts[0]
    known = [(each.name, each.value) for each in ordered(result) if each.value is not None]
    whole = sum(value for _, value in known)
    text = figure_text(frame, part, whole)
    if whole <= 0:
        raise Declined(f"Shares are not defined: the whole is {text}.")
    lines = [
        f"- {name}: {percent(value / whole)} ({figure_text(frame, part, value)})" for name, value in known
    ]
    what = f"{title(frame, part.measure)}{scope(frame, part)} by {key_noun(frame.key)}"
    return "\n".join([f"Shares of {what}, of {text}:", *cut(lines)])


def trend(result: Result) -> str:
    """Word a series: its ends, its extremes, and how many of its steps rose."""
    frame, part = result.frame, result.parts[0]
    known = [(each, each.value) for each in ordered(result) if each.value is not None]
    if len(known) < _TWO:
        raise Declined(f"There are too few {plural(key_noun(frame.key))} with a value for a trend.")
    before, after = known[0][1], known[-1][1]
    moved = f"{_direction(before, after)} from {_at(result, known[0])} to {_at(result, known[-1])}"
    moved += f": a change of {_change_of(result, before, after)}" if after != before else ""
    high, low = max(known, key=lambda pair: pair[1]), min(known, key=lambda pair: pair[1])
    pairs = [(one[1], other[1]) for one, other in pairwise(known) if _are_neighbours(one[0], other[0])]
    rises = f"{sum(b > a for a, b in pairs)} of {counted(len(pairs), 'step')}"
    extremes = f"The highest was {_at(result, high)}, the lowest {_at(result, low)}"
    name = _changing(result) + scope(frame, part)
    return f"{name} {moved}. {extremes}; it rose in {rises} from one {key_noun(frame.key)} to the next."


def _direction(before: float, after: float) -> str:
    return "stayed the same" if after == before else "rose" if after > before else "fell"


def _at(result: Result, pair: tuple[Figure, float]) -> str:
    return f"{figure_text(result.frame, result.parts[0], pair[1])} in {pair[0].name}"
