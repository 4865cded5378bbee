"""Checks that a frame is defined: every cue is used, and its figures can be computed of its measure."""

from dataclasses import replace

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.number_format import joined
from threadcast_analyst.reading.frames import Aggregate, Declined, Form, Frame
from threadcast_analyst.reading.slots import Slots
from threadcast_analyst.reading.words import key_of, vocabulary

__all__ = ["EXTREMES", "checked", "own_cues"]

EXTREMES = frozenset({"highest", "lowest"})


def own_cues(column: Column) -> set[str]:
    """Return the cues of the words in a column's label: "lowest" for "minimum temperature"."""
    phrases = vocabulary().phrases
    return {cue for stem in key_of(column.label) if (stem,) in phrases for cue in phrases[stem,].cues}


def checked(frame: Frame, slots: Slots) -> Frame:
    """Return the frame if its form is defined for its slots; raises `Declined` otherwise."""
    if frame.per is not None and frame.measure and frame.measure.additivity is not Additivity.ADDITIVE:
        frame = replace(frame, form=Form.LIST, key=frame.per, per=None)
    form, by_key = frame.form, frame.form in {Form.RANK, Form.LIST}
    if unused := (slots.cues & vocabulary().combined) - vocabulary().forms[form]:
        raise Declined(f"I can't combine “{min(unused)}” with the rest of that question.")
    _check_extremes(frame, slots)
    _check_additivity(frame)
    if len(frame.measures) > 1 and form in {Form.RANK, Form.STEPS, Form.TREND, Form.SHARE}:
        raise Declined("I do that for one measure at a time.")
    if by_key and frame.key is None:
        raise Declined("Say what to group by.")
    if by_key and any(limit.measure == frame.measure for limit in frame.thresholds):
        raise Declined("Ask which groups are above or below that number.")
    return frame


def _check_extremes(frame: Frame, slots: Slots) -> None:
    """Raise `Declined` if "highest" or "lowest" has no group, or fits another column better."""
    measure, named = frame.measure, slots.cues & EXTREMES
    if len(named) > 1:
        raise Declined("I compute one figure at a time: ask for the highest or the lowest.")
    if named and frame.form is Form.VALUE and "which" in slots.cues:
        raise Declined("Say what to group by.")
    own = own_cues(measure) & EXTREMES if measure in slots.by_synonym and measure else named
    if named and own and named != own:
        labels = [column.label for column in frame.subject.shape.measures]
        raise Declined(f"Name the column in full: {joined(labels, 'or')}.")


def _check_additivity(frame: Frame) -> None:
    measure = frame.measure
    if measure is None or measure.additivity is not Additivity.NON_ADDITIVE:
        return
    if frame.aggregate is Aggregate.TOTAL:
        raise Declined(f"{measure.label} can't be added up: ask for its average, its highest or its lowest.")
    if frame.form is Form.SHARE:
        raise Declined(f"{measure.label} can't be added up, so it has no shares.")
