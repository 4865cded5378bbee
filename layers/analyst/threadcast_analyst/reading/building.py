"""Makes the frame of a question from its slots; raises `Declined` where they have no reading, or several."""

from collections.abc import Sequence
from dataclasses import replace

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Grain, Period, grain_word, period_of, spanned
from threadcast.assets.columns.number_format import joined
from threadcast_analyst.reading.frames import Aggregate, Choice, Declined, Form, Frame, Key, Threshold
from threadcast_analyst.reading.limits import threshold_of
from threadcast_analyst.reading.slots import Slots
from threadcast_analyst.reading.tables import Subject

__all__ = ["frame_of"]

_CHANGES = frozenset({"change", "grew", "fell"})
_MAX_CHOICES = 6
_TWO = 2


def frame_of(slots: Slots, subject: Subject) -> Frame:
    """Return the frame of a question that stands on its own."""
    form = _form(slots)
    is_most = form is Form.CHANGE and slots.cues & {"highest", "lowest"}
    frame = Frame(
        subject,
        form,
        _aggregate(slots),
        filters=(*slots.filters(is_excluded=False), *slots.filters(is_excluded=True)),
        highest="lowest" not in slots.cues,
        rises=slots.rises,
        limit=int(slots.numbers[0][0]) if slots.numbers else 1 if is_most else None,
        is_table="table" in slots.cues,
        is_latest="latest" in slots.cues,
    )
    if form is Form.DESCRIBE:
        return frame
    frame = _grouped(frame, slots)
    frame = _timed(frame, slots)
    frame = _checked(_measured(frame, slots))
    return _parted(frame, slots) if form is Form.SHARE else frame


def _form(slots: Slots) -> Form:  # noqa: PLR0911 - one line a form
    cues = slots.cues
    if "make" in cues:
        return Form.MAKE
    if "describe" in cues and _is_bare(slots):
        return Form.DESCRIBE
    if "share" in cues:
        return Form.SHARE
    if "trend" in cues:
        return Form.TREND
    if "steps" in cues or (cues & _CHANGES and any(not isinstance(key, Column) for key in slots.keys)):
        return Form.STEPS
    if cues & _CHANGES or ("versus" in cues and len(slots.periods) == _TWO and len(slots.values) < _TWO):
        return Form.CHANGE
    if "difference" in cues or "than" in cues:
        return Form.DIFFERENCE
    return _form_of_groups(slots)


def _form_of_groups(slots: Slots) -> Form:
    is_extreme = bool(slots.cues & {"highest", "lowest"})
    if is_extreme and (slots.loose or "when" in slots.cues):
        return Form.RANK
    if slots.keys or (slots.loose and slots.cues & {"breakdown", "table", "which"}):
        return Form.LIST
    return Form.VALUE


def _is_bare(slots: Slots) -> bool:
    named = (slots.measures, slots.values, slots.periods, slots.ranges, slots.keys, slots.limits, slots.hints)
    return not any(named) and not slots.loose and slots.cues <= {"describe", "it", "of", "is", "again", "and"}


def _aggregate(slots: Slots) -> Aggregate | None:
    if "count" in slots.cues and not slots.counted and not slots.cues & _CHANGES:
        raise Declined("“How many” counts rows or the values of a column: name what to count.")
    if slots.counted == ["measure"] and any(_is_amount(measure) for measure in slots.measures):
        raise Declined(
            f"“How many” counts, but {slots.measures[0].label} is an amount: ask for its total or average."
        )
    named = [each for each in (Aggregate.TOTAL, Aggregate.AVERAGE) if each.value in slots.cues]
    if slots.counted and slots.counted[0] != "measure":
        named.append(Aggregate.ROWS if slots.counted[0] == "rows" else Aggregate.DISTINCT)
    if len(named) > 1:
        raise Declined(f"I compute one figure at a time: ask for the {joined(named, 'or')}.")
    return named[0] if named else None


def _is_amount(measure: Column) -> bool:
    return measure.additivity is Additivity.NON_ADDITIVE or bool(measure.prefix)


def _grouped(frame: Frame, slots: Slots) -> Frame:
    """Add what to group by or to count; every dimension and grain that is named must have a role."""
    counted = [each for each in slots.counted if each not in {"rows", "measure"}]
    groups = [*slots.keys, *slots.loose]
    if "when" in slots.cues and not groups:
        groups = [frame.subject.natural_grain]
    keys = list(dict.fromkeys(_key(key, frame.subject) for key in groups))
    if "steps" in slots.cues and not keys:
        keys = [_key(None, frame.subject)]
    if counted:
        return _counted(frame, _key(counted[0] if counted[0] != "time" else None, frame.subject), keys, slots)
    if len(keys) > 1:
        raise Declined(f"I group by one thing at a time, not by {joined([_called(key) for key in keys])}.")
    if (
        keys
        and isinstance(keys[0], Column)
        and not slots.measures
        and not slots.hints
        and frame.form is Form.VALUE
    ):
        raise Declined(frame.subject.why_not_numeric(keys[0]))
    if keys and frame.form is Form.VALUE and not slots.limits:
        raise Declined(f"I am not sure what to do with “{_called(keys[0])}”: say “by {_called(keys[0])}”.")
    if keys and frame.form is Form.VALUE:
        return replace(frame, form=Form.GROUPS, key=keys[0])
    if keys and slots.limits and "which" in slots.cues and frame.form is Form.LIST:
        return replace(frame, form=Form.GROUPS, key=keys[0])
    if frame.is_table and not keys and frame.form is Form.VALUE:
        return replace(frame, form=Form.LIST, key=_key(frame.subject.natural_grain, frame.subject))
    return _keyed(frame, keys[0] if keys else None, slots)


def _keyed(frame: Frame, key: Key | None, slots: Slots) -> Frame:
    if isinstance(key, Grain) and slots.is_per and frame.aggregate is Aggregate.AVERAGE:
        return replace(frame, form=Form.VALUE, per=key)
    is_extreme = bool(slots.cues & {"highest", "lowest"})
    if frame.form in {Form.LIST, Form.VALUE} and is_extreme and not slots.numbers and frame.aggregate is None:
        extreme = Aggregate.HIGHEST if frame.highest else Aggregate.LOWEST
        return replace(frame, key=key, aggregate=extreme)
    if frame.form is Form.LIST and (is_extreme or slots.numbers):
        return replace(frame, key=key, form=Form.RANK, limit=frame.limit or 1)
    return replace(frame, key=key)


def _key(key: "Grain | Column | str | None", subject: Subject) -> Key:
    if isinstance(key, Column):
        return key
    if subject.span is None or subject.grain is None:
        raise Declined("These rows have no dates.")
    grain = key if isinstance(key, Grain) else subject.span.grain
    if grain < subject.span.grain:
        raise Declined(f"The rows are by {grain_word(subject.span.grain)}, not by {grain_word(grain)}.")
    return grain


def _counted(frame: Frame, counted: Key, keys: Sequence[Key], slots: Slots) -> Frame:
    """Count the groups that meet a threshold, or the distinct values that the rows have."""
    others = [key for key in keys if key != counted]
    is_of_rows = not slots.limits and isinstance(counted, Column)
    if others and (not is_of_rows or len(others) > 1 or not slots.keys):
        raise Declined(f"I am not sure what to do with “{_called(others[0])}” here.")
    if is_of_rows and isinstance(counted, Column):
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
        periods = frame.subject.latest
    if slots.ranges:
        begin, end = slots.ranges[0]
        is_change = frame.form in {Form.CHANGE, Form.DIFFERENCE}
        if is_change and begin == end:
            raise Declined(f"Nothing changes between {begin} and itself.")
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
    measures = list(dict.fromkeys(slots.measures))
    if frame.aggregate in {Aggregate.ROWS, Aggregate.DISTINCT} or frame.form is Form.GROUPS:
        return _counting(frame, slots, measures, limited)
    if frame.form is Form.MAKE:
        return replace(frame, measures=tuple(measures), thresholds=_thresholds(slots, frame, None))
    own = [m for m in measures if m not in limited] or measures
    candidates = (
        [(measure,) for measure in own]
        if len(own) == 1
        else [tuple(own)]
        if own
        else _candidates(frame, slots)
    )
    frames = [
        replace(frame, measures=each, thresholds=_thresholds(slots, frame, each[0])) for each in candidates
    ]
    if len(frames) > 1:
        names = [each.measures[0].label for each in frames[:_MAX_CHOICES]]
        choices = tuple(
            Choice(
                each.measures[0].label,
                frame.subject,
                replace(slots, measures=[each.measures[0]], hints=[], units=[]),
            )
            for each in frames
        )
        raise Declined(f"Do you mean {joined(names, 'or')}?", choices)
    return frames[0]


def _counting(frame: Frame, slots: Slots, measures: Sequence[Column], limited: Sequence[Column]) -> Frame:
    unused = [measure for measure in measures if measure not in limited and len(slots.limits) != 1]
    unused += list(measures[1:]) if len(slots.limits) == 1 else []
    if unused:
        raise Declined(
            f"“How many” counts rows or values: for {unused[0].label}, ask for the total or the average."
        )
    measure = measures[0] if measures else None
    thresholds = _thresholds(slots, frame, measure)
    return replace(frame, measures=tuple(limit.measure for limit in thresholds[:1]), thresholds=thresholds)


def _candidates(frame: Frame, slots: Slots) -> list[tuple[Column, ...]]:
    """Return the measures that a question without a measure's name may mean."""
    subject = frame.subject
    if slots.hints or slots.units:
        hinted = [tuple(columns) for columns in (*slots.hints, *slots.units)]
        common = [column for column in hinted[0] if all(column in columns for columns in hinted)]
        if not common:
            raise Declined("No column of the table is meant by all of these words.")
        return [(column,) for column in common]
    if not subject.shape.measures:
        reasons = [subject.why_not_numeric(column) for column in subject.shape.dimensions[:3]]
        raise Declined(" ".join(["No column of the table is numeric.", *reasons]))
    return [(column,) for column in subject.shape.measures]


def _thresholds(slots: Slots, frame: Frame, measure: Column | None) -> tuple[Threshold, ...]:
    return tuple(threshold_of(limits, column or measure, frame.subject) for limits, column in slots.limits)


def _parted(frame: Frame, slots: Slots) -> Frame:
    """Add the filter whose share is asked for: the only one, or the one named first after "share"."""
    filters = [found for found in frame.filters if not found.is_excluded]
    if isinstance(frame.key, Column) or (not filters and frame.key is None):
        if filters or not isinstance(frame.key, Column):
            raise Declined("Name the value whose share you want, or ask for the share by a column.")
        return frame
    if not filters:
        raise Declined("Name the value whose share you want.")
    named = [dimension for dimension, _, excluded, at in slots.values if at > slots.part_at and not excluded]
    dimension = named[0] if named and len(filters) > 1 else filters[0].dimension
    return replace(frame, part=next(found for found in filters if found.dimension == dimension))


def _checked(frame: Frame) -> Frame:
    """Return the frame if its form is defined for its slots; raises `Declined` otherwise."""
    _check_additivity(frame)
    if len(frame.measures) > 1 and frame.form in {Form.RANK, Form.STEPS, Form.TREND, Form.SHARE}:
        raise Declined("I do that for one measure at a time.")
    if frame.form in {Form.RANK, Form.LIST} and frame.key is None:
        raise Declined("Say what to group by.")
    if any(limit.measure == frame.measure for limit in frame.thresholds) and frame.form in {
        Form.RANK,
        Form.LIST,
    }:
        raise Declined("Ask which groups are above or below that number.")
    return frame


def _check_additivity(frame: Frame) -> None:
    measure = frame.measure
    if measure is None or measure.additivity is not Additivity.NON_ADDITIVE:
        return
    if frame.aggregate is Aggregate.TOTAL:
        raise Declined(
            f"{measure.label} can't be added up: ask for its average, its highest or its lowest value."
        )
    if frame.form is Form.SHARE:
        raise Declined(f"{measure.label} can't be added up, so it has no shares.")
