"""Words results that put figures beside each other: changes, steps, differences, shares and trends."""

from itertools import pairwise

from threadcast.assets.columns.dates import index_of
from threadcast.assets.columns.number_format import counted, joined, percent, plural
from threadcast_analyst.computing.results import Figure, Result
from threadcast_analyst.reading.frames import Declined, Frame
from threadcast_analyst.wording.phrases import (
    LISTED,
    capitalized,
    figure_text,
    key_noun,
    listing,
    missing,
    named,
    ordered,
    scope,
    shared,
    title,
)

__all__ = ["change", "difference", "share", "steps", "trend"]

_TWO = 2


def change(result: Result) -> str:
    """Word the change between two periods or two columns, or that of each group."""
    if result.frame.key is not None:
        return _changes(result)
    (first, last), (before, after) = result.parts, _known(result)
    if before == after:
        text = figure_text(first, before)
        return f"{_changing(result)} was the same in {first.name} and in {last.name}: {text}."
    ends = _ends(first, (before, first.name), (after, last.name))
    return f"{_changing(result)} {ends}: a change of {_change_of(first, before, after)}."


def _known(result: Result) -> tuple[float, float]:
    """Return both figures; raises `Declined` if one is missing."""
    for part, each in zip(result.parts, result.singles, strict=True):
        if each.value is None:
            raise missing(part, each)
    first, last = result.singles
    return first.value or 0, last.value or 0


def _ends(frame: Frame, before: tuple[float, str], after: tuple[float, str]) -> str:
    verb = "stayed the same" if after[0] == before[0] else "rose" if after[0] > before[0] else "fell"
    (one, begin), (other, end) = before, after
    return f"{verb} from {figure_text(frame, one)} in {begin} to {figure_text(frame, other)} in {end}"


def _change_of(frame: Frame, before: float, after: float) -> str:
    """Return a change with its sign, and in per cent where that is defined."""
    if frame.measure is None:
        raise Declined("I do that for a measure, not for a number of rows.")
    text = figure_text(frame, after - before, is_signed=True)
    return text if before <= 0 or after < 0 else f"{text} ({percent((after - before) / before, sign=True)})"


def _changing(result: Result) -> str:
    """Return the name of a figure that changes, and its scope; additive figures go without "total"."""
    frame = shared(result)
    if frame.measure is None:
        return "The figure" + scope(frame)
    is_plain = frame.aggregate is None and title(frame).startswith("total ")
    return capitalized(frame.measure.label if is_plain else title(frame)) + scope(frame)


def _changes(result: Result) -> str:
    """Word the changes of groups; those without a value at either end are left out, which is stated."""
    frame, (first, last), noun = result.frame, result.parts, key_noun(result.frame.key)
    befores, afters = ({each.name: each.value for each in figures} for figures in result.figures)
    names = dict.fromkeys([*befores, *afters])
    ends = {name: (befores.get(name), afters.get(name)) for name in names}
    known = {name: (a, b) for name, (a, b) in ends.items() if a is not None and b is not None}
    span = f"from {first.name} to {last.name}"
    if not known:
        raise Declined(f"No {noun} has a value in both {first.name} and {last.name}.")
    left_out = [name for name in names if name not in known]
    text = joined(left_out) if len(left_out) <= LISTED else counted(len(left_out), noun)
    note = f"Left out, for want of a value in {first.name} or {last.name}: {text}." if left_out else ""
    shown = _wanted(frame, {name: after - before for name, (before, after) in known.items()})
    if not shown:
        verb = "rose" if frame.rises else "fell"
        none = f"{_changing(result)} {verb} for none of {counted(len(known), noun)} {span}."
        return "\n\n".join(filter(None, [none, note]))
    lines = [f"- {name}: {_line(first, *known[name])}" for name in shown]
    return listing(f"{_changing(result)} {span}, by {noun}", lines, note)


def _wanted(frame: Frame, changes: dict[str, float]) -> list[str]:
    """Return the groups to show: all, those that changed in the wanted direction, or the first of these."""
    rises = frame.rises
    if rises is not None:
        changes = {name: each for name, each in changes.items() if (each > 0 if rises else each < 0)}
    from_top = frame.highest if rises is None else rises == frame.highest
    found = sorted(changes, key=lambda name: -changes[name] if from_top else changes[name])
    last = changes[found[frame.limit - 1]] if frame.limit and len(found) > frame.limit else None
    return (
        found
        if last is None
        else [n for at, n in enumerate(found, 1) if at <= (frame.limit or 0) or changes[n] == last]
    )


def _line(frame: Frame, before: float, after: float) -> str:
    ends = f"from {figure_text(frame, before)} to {figure_text(frame, after)}"
    return f"{_change_of(frame, before, after)}, {ends}"


def steps(result: Result) -> str:
    """Word each period's change from the one before; a period without a value breaks the chain."""
    frame, word, series = result.parts[0], key_noun(result.frame.key), ordered(result)
    if len(series) < _TWO:
        raise Declined("There are too few periods for changes from one to the next.")
    lines = []
    for before, after in pairwise(series):
        text = figure_text(frame, after.value)
        if after.value is not None:
            has_before = before.value is not None and _are_neighbours(before, after)
            text = _line(frame, before.value or 0, after.value) if has_before else text
            text += "" if has_before else f"; the {word} before has no value"
        lines.append(f"- {after.name}: {text}")
    return listing(f"{_changing(result)}, each {word} against the one before", lines)


def _are_neighbours(before: Figure, after: Figure) -> bool:
    if before.period is None or after.period is None:
        return False
    return index_of(after.period) - index_of(before.period) == 1


def difference(result: Result) -> str:
    """Word two figures and the first minus the second."""
    (first, second), values = result.parts, _known(result)
    if len({part.measure.unit for part in result.parts if part.measure}) > 1:
        raise Declined(f"{first.name} and {second.name} have different units.")
    pairs = zip(result.parts, values, strict=True)
    texts = [f"{part.name} {figure_text(part, value)}" for part, value in pairs]
    minus = f"{first.name} minus {second.name} is {figure_text(first, values[0] - values[1])}"
    return f"{named(result)}: {joined(texts)}. {minus}."


def share(result: Result) -> str:
    """Word the share of a part in a whole, or those of all groups."""
    frame, (own, whole, *_) = result.frame, result.parts
    if frame.part is None:
        return _shares_of_groups(result)
    what = f"The share of {joined(frame.part.values)} in {title(whole)}{scope(shared(result))}"
    shares = [
        (each.name or part.name, known.get(each.name), each.value)
        for part, parts, wholes in zip(
            result.parts[::2], result.figures[::2], result.figures[1::2], strict=True
        )
        for known in [{each.name: each.value for each in parts}]
        for each in sorted(wholes, key=lambda each: each.order)
    ]
    texts = [f"{name}: {_ratio(own, part, of)}" for name, part, of in shares]
    if len(shares) > 1:
        return listing(what, [f"- {text}" for text in texts])
    if not shares or shares[0][1] is None or shares[0][2] is None:
        raise missing(own, *result.figures[0][:1])
    text = _ratio(own, *shares[0][1:])
    if shares[0][2] <= 0:
        raise Declined(f"{what} is {text}.")
    return f"{what} was {text}."


def _ratio(frame: Frame, part: float | None, whole: float | None) -> str:
    if part is None or whole is None:
        return "no value"
    text = f"{figure_text(frame, part)} of {figure_text(frame, whole)}"
    return f"not defined: {text}" if whole <= 0 else f"{percent(part / whole)} ({text})"


def _shares_of_groups(result: Result) -> str:
    frame = result.parts[0]
    known = [(each.name, each.value) for each in ordered(result) if each.value is not None]
    whole = sum(value for _, value in known)
    text = figure_text(frame, whole)
    if whole <= 0:
        raise Declined(f"Shares are not defined: the whole is {text}.")
    lines = [f"- {name}: {percent(value / whole)} ({figure_text(frame, value)})" for name, value in known]
    return listing(f"Shares of {title(frame)}{scope(frame)} by {key_noun(frame.key)}, of {text}", lines)


def trend(result: Result) -> str:
    """Word a series: its ends, its extremes, and how many of its steps rose."""
    frame, word = result.parts[0], key_noun(result.frame.key)
    known = [(each.value, each.name) for each in ordered(result) if each.value is not None]
    if len(known) < _TWO:
        raise Declined(f"There are too few {plural(word)} with a value for a trend.")
    (before, _), (after, _) = known[0], known[-1]
    moved = _ends(frame, known[0], known[-1])
    moved += f": a change of {_change_of(frame, before, after)}" if after != before else ""
    high, low = (
        f"{figure_text(frame, value)} in {name}"
        for value, name in (max(known, key=_first), min(known, key=_first))
    )
    steps = [(a.value, b.value) for a, b in pairwise(ordered(result)) if _are_neighbours(a, b)]
    rises = [b > a for a, b in steps if a is not None and b is not None]
    counts = f"{sum(rises)} of {counted(len(rises), 'step')}"
    extremes = f"The highest was {high}, the lowest {low}; it rose in {counts} from one {word} to the next."
    return f"{_changing(result)} {moved}. {extremes}"


def _first(pair: tuple[float, str]) -> float:
    return pair[0]
