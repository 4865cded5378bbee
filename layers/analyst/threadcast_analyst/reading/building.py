"""Makes the frame of a question from its slots; raises `Declined` where they have no reading, or several."""

from collections.abc import Sequence
from dataclasses import replace

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Grain, Period, grain_word, period_of, spanned
from threadcast.assets.columns.number_format import joined
from threadcast_analyst.reading.checking import EXTREMES, checked, own_cues
from threadcast_analyst.reading.frames import Aggregate, Choice, Declined, Form, Frame, Key
from threadcast_analyst.reading.moments import threshold_of
from threadcast_analyst.reading.slots import IGNORED, Slots
from threadcast_analyst.reading.tables import Subject

__all__ = ["frame_of"]

_CHANGES = frozenset({"change", "grew", "fell"})
_COMPARED = {"higher": "highest", "lower": "lowest"}
_COUNTS = frozenset({Aggregate.ROWS, Aggregate.DISTINCT})
_MAX_CHOICES = 6
_TWO = 2


def frame_of(slots: Slots, subject: Subject) -> Frame:
    """Return the frame of a question that stands on its own."""
    slots = _directed(slots, subject)
    form = _form(slots)
    is_most = form is Form.CHANGE and slots.cues & EXTREMES
    frame = Frame(
        subject,
        form,
        _aggregate(slots),
        filters=(*slots.filters(is_excluded=False), *slots.filters(is_excluded=True)),
        highest="lowest" not in slots.cues,
        rises=slots.rises,
        limit=slots.count or (1 if is_most else None),
        is_table="table" in slots.cues,
        is_latest="latest" in slots.cues,
    )
    if form is Form.DESCRIBE:
        return frame
    frame = checked(_measured(_timed(_grouped(frame, slots), slots), slots), slots)
    return _parted(frame, slots) if form is Form.SHARE else frame


def _directed(slots: Slots, subject: Subject) -> Slots:
    """Return the slots with "higher" as "highest" where groups are ordered, and changes that are measured.

    "Jobs gained" are changes themselves: unless they are called so, "gained" is their figure, and what is
    "lost" of them is their lowest.
    """
    cues = slots.cues - set(_COMPARED)
    if slots.loose or slots.keys:
        cues |= {_COMPARED[cue] for cue in slots.cues if cue in _COMPARED}
    measures = slots.measures or subject.shape.measures
    is_implied = len(measures) == 1 and (not slots.measures or measures[0] in slots.by_synonym)
    if is_implied and not _CHANGES.isdisjoint(own_cues(measures[0])):
        if "fell" in cues and "lowest" in cues:
            raise Declined(f"{measures[0].label} are changes: ask for the highest or the lowest.")
        if {"fell", "highest"} <= cues:
            cues = cues - {"highest"} | {"lowest"}
        cues -= _CHANGES
    return replace(slots, cues=cues)


def _form(slots: Slots) -> Form:
    """Return the form by its cues, the first in the vocabulary's order; else by the groups that are named."""
    cues = slots.cues
    is_bare = not (slots.named() or slots.measures or slots.implied)
    if "describe" in cues and is_bare and cues <= IGNORED | {"describe"}:
        return Form.DESCRIBE
    is_stepwise = bool(cues & _CHANGES) and any(not isinstance(key, Column) for key in slots.keys)
    are_compared = "versus" in cues and len(slots.periods) == _TWO and len(slots.values) < _TWO
    cues = cues | ({"steps"} if is_stepwise else {"change"} if are_compared else set())
    if found := next((form for form, named in _FORM_CUES.items() if cues & named), None):
        return found
    if cues & EXTREMES and (slots.loose or "when" in cues):
        return Form.RANK
    if slots.keys or (slots.loose and cues & {"breakdown", "table", "which"}):
        return Form.LIST
    return Form.VALUE


_FORM_CUES = {
    Form.MAKE: {"make"},
    Form.SHARE: {"share"},
    Form.TREND: {"trend"},
    Form.STEPS: {"steps"},
    Form.CHANGE: _CHANGES,
    Form.DIFFERENCE: {"difference", "than"},
}


def _aggregate(slots: Slots) -> Aggregate | None:
    if "count" in slots.cues and slots.counted is None and not slots.cues & (_CHANGES | {"share"}):
        raise Declined("“How many” counts rows or the values of a column: name what to count.")
    amount = next((each for each in slots.measures if _is_amount(each)), None)
    if slots.counted == "measure" and amount is not None:
        raise Declined(f"“How many” counts, but {amount.label} is an amount: ask for its total or average.")
    named = [each for each in (Aggregate.TOTAL, Aggregate.AVERAGE) if each.value in slots.cues]
    if slots.counted not in {None, "measure"}:
        named.append(Aggregate.ROWS if slots.counted == "rows" else Aggregate.DISTINCT)
    if len(named) > 1:
        raise Declined(f"I compute one figure at a time: ask for the {joined(named, 'or')}.")
    return named[0] if named else None


def _is_amount(measure: Column) -> bool:
    return measure.additivity is Additivity.NON_ADDITIVE or bool(measure.prefix)


def _grouped(frame: Frame, slots: Slots) -> Frame:
    """Add what to group by or to count; every dimension and grain that is named must have a role."""
    subject = frame.subject
    groups = [*slots.keys, *slots.loose]
    if not groups and slots.cues & {"when", "steps"}:
        groups = [subject.natural_grain if "when" in slots.cues else None]
    keys = list(dict.fromkeys(_key(key, subject) for key in groups))
    if frame.aggregate is Aggregate.DISTINCT:
        of = slots.counted if isinstance(slots.counted, Column | Grain) else None
        return _counted(frame, _key(of, subject), keys, slots)
    if len(keys) > 1:
        raise Declined(f"I group by one thing at a time, not by {joined([_called(key) for key in keys])}.")
    key = keys[0] if keys else None
    if key is None and frame.is_table and frame.form is Form.VALUE:
        return replace(frame, form=Form.LIST, key=_key(subject.natural_grain, subject))
    if key is not None and frame.form is Form.VALUE:
        _check_limits_groups(key, frame, slots)
    is_which = frame.form is Form.LIST and "which" in slots.cues
    if key is not None and slots.limits and (frame.form is Form.VALUE or is_which):
        return replace(frame, form=Form.GROUPS, key=key)
    return _ordered(frame, key, slots)


def _check_limits_groups(key: Key, frame: Frame, slots: Slots) -> None:
    """Raise `Declined` unless a group that stands by itself has a limit: "days above 30 degrees"."""
    if isinstance(key, Column) and not slots.measures and not slots.implied:
        raise Declined(frame.subject.why_not_numeric(key))
    if not slots.limits:
        raise Declined(f"I am not sure what to do with “{_called(key)}”: say “by {_called(key)}”.")


def _ordered(frame: Frame, key: Key | None, slots: Slots) -> Frame:
    """Add the group, and what "highest" orders or picks."""
    if isinstance(key, Grain) and slots.is_per and frame.aggregate is Aggregate.AVERAGE:
        return replace(frame, form=Form.VALUE, per=key)
    is_extreme = bool(slots.cues & EXTREMES)
    if frame.form in {Form.LIST, Form.VALUE} and is_extreme and not slots.count and frame.aggregate is None:
        extreme = Aggregate.HIGHEST if frame.highest else Aggregate.LOWEST
        return replace(frame, key=key, aggregate=extreme)
    if frame.form is Form.LIST and (is_extreme or slots.count):
        return replace(frame, key=key, form=Form.RANK, limit=frame.limit or 1)
    return replace(frame, key=key)


def _key(key: Key | None, subject: Subject) -> Key:
    if isinstance(key, Column):
        return key
    if subject.span is None:
        raise Declined("These rows have no dates.")
    grain = subject.span.grain if key is None else key
    if grain < subject.span.grain:
        raise Declined(f"The rows are by {grain_word(subject.span.grain)}, not by {grain_word(grain)}.")
    return grain


def _counted(frame: Frame, counted: Key, keys: Sequence[Key], slots: Slots) -> Frame:
    """Count the groups that meet a threshold, or the distinct values that the rows have."""
    others = [key for key in keys if key != counted]
    is_of_rows = not slots.limits and isinstance(counted, Column)
    if others and (not is_of_rows or len(others) > 1 or not slots.keys):
        raise Declined(f"I am not sure what to do with “{_called(others[0])}” here.")
    if isinstance(counted, Column) and is_of_rows:
        key, form = (others[0], Form.LIST) if others else (None, Form.VALUE)
        return replace(frame, form=form, key=key, counted=counted)
    return replace(frame, form=Form.GROUPS, key=counted, aggregate=None)


def _called(key: Key) -> str:
    return grain_word(key) if isinstance(key, Grain) else key.label


def _timed(frame: Frame, slots: Slots) -> Frame:
    """Add the periods, each of which must have rows."""
    periods = tuple(dict.fromkeys(slots.periods))
    if slots.ranges and (periods or len(slots.ranges) > 1):
        raise Declined("I compute over one range of time, or over separate periods, not both.")
    if frame.is_latest:
        if periods or slots.ranges:
            raise Declined("Name a period, or ask for the latest one.")
        periods = frame.subject.latest()
    is_change = frame.form in {Form.CHANGE, Form.DIFFERENCE}
    named = slots.ranges or [(each, each) for each in periods if len(slots.periods) > len(periods)]
    if is_change and any(begin == end for begin, end in named):
        raise Declined(f"Nothing changes between {named[0][0]} and itself.")
    for begin, end in slots.ranges:
        periods = (begin, end) if is_change else (spanned(begin, end),)
    for period in periods:
        _check_covered(period, frame.subject)
    return replace(frame, periods=periods)


def _check_covered(period: Period, subject: Subject) -> None:
    span = subject.span
    if span is None:
        raise Declined("These rows have no dates.")
    if period.last < span.first or period.first > span.last:
        last = period_of(span.last, max(period.grain, span.grain))
        raise Declined(
            f"The rows of “{subject.name}” cover {span}; they have nothing for {period}, the last is {last}."
        )


def _measured(frame: Frame, slots: Slots) -> Frame:
    """Add the measures and the thresholds."""
    limited = [column for _, column in slots.limits if column is not None]
    measures = tuple(dict.fromkeys(slots.measures))
    if frame.aggregate in _COUNTS or frame.form is Form.GROUPS:
        others = [measure for measure in measures if measure not in limited]
        default = others[:1] if any(column is None for _, column in slots.limits) else []
        for other in others[len(default) :]:
            text = f"“How many” counts rows or values: for {other.label}, ask for the total or the average."
            raise Declined(text)
        frame = _limited(frame, slots, default)
        return replace(frame, measures=tuple(limit.measure for limit in frame.thresholds[:1]))
    if frame.form is Form.MAKE:
        return replace(_limited(frame, slots, ()), measures=measures)
    own = tuple(measure for measure in measures if measure not in limited) or measures
    candidates = [own] if own else [(measure,) for measure in _possible(frame, slots)]
    frames = [replace(_limited(frame, slots, each), measures=each) for each in candidates]
    if len(frames) == 1:
        return frames[0]
    measured = [each.measures[0] for each in frames]
    readings = [replace(slots, measures=[measure], implied=[]) for measure in measured]
    choices = [
        Choice(measure.label, frame.subject, each) for measure, each in zip(measured, readings, strict=True)
    ]
    names = [measure.label for measure in measured[:_MAX_CHOICES]]
    raise Declined(f"Do you mean {joined(names, 'or')}?", tuple(choices))


def _limited(frame: Frame, slots: Slots, measures: Sequence[Column]) -> Frame:
    default = measures[0] if measures else None
    limits = [threshold_of(limit, column or default, frame.subject) for limit, column in slots.limits]
    return replace(frame, thresholds=tuple(limits))


def _possible(frame: Frame, slots: Slots) -> Sequence[Column]:
    """Return the measures that a question without a measure's name may mean."""
    subject = frame.subject
    if slots.implied:
        common = [each for each in slots.implied[0] if all(each in columns for columns in slots.implied)]
        if not common:
            raise Declined("No column of the table is meant by all of these words.")
        return common
    if not subject.shape.measures:
        reasons = [subject.why_not_numeric(column) for column in subject.shape.dimensions[:3]]
        raise Declined(" ".join(["No column of the table is numeric.", *reasons]))
    return subject.shape.measures


def _parted(frame: Frame, slots: Slots) -> Frame:
    """Add the filter whose share is asked for: the only one, or the one named first after "share"."""
    filters = [found for found in frame.filters if not found.is_excluded]
    if isinstance(frame.key, Column) and not filters:
        return frame
    if not filters or isinstance(frame.key, Column):
        raise Declined("Name the value whose share you want, or ask for the share by a column.")
    named = [dimension for dimension, _, excluded, at in slots.values if at > slots.part_at and not excluded]
    dimension = named[0] if named and len(filters) > 1 else filters[0].dimension
    return replace(frame, part=next(found for found in filters if found.dimension == dimension))
