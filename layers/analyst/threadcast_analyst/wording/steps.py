"""Sentences for the changes from one period to the next."""

from collections.abc import Sequence

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import grain_word
from threadcast.assets.columns.number_format import counted, joined, number, signed
from threadcast_analyst.findings import Moving
from threadcast_analyst.movements import Mover
from threadcast_analyst.wording.developments import relative_change
from threadcast_analyst.wording.scope import capitalised, grouped, time_phrase

__all__ = ["say_moving"]

_NAMED, _LISTED = 12, 24


def say_moving(found: Moving) -> str:
    """In how many of the periods it rose or fell, and which, each with its change; or the change of all."""
    line, noun = found.selection.line, grain_word(found.grain)
    what = grouped(found.selection, found.steps + 1)
    when = time_phrase(line.filters, line.subject.span)
    if found.rise is None:
        lead = f"Change of {what} from one {noun} to the next{',' if when else ''}{when}:"
        return "\n".join((lead, *_lines(found.entries[-_LISTED:], found))) + _left_out(found)
    verb = "rose" if found.rise else "fell"
    count = number(len(found.entries)) if found.entries else "none"
    of = counted(found.steps, noun)
    text = f"{capitalised(what)} {verb} in {count} of {of}{when}, each against the one before"
    if not found.entries:
        return f"{text}."
    if len(found.entries) <= _NAMED:
        return f"{text}:\n" + "\n".join(_lines(found.entries, found))
    names = [entry.name for entry in found.entries]
    if len(names) <= _LISTED:
        return f"{text}: {joined(names)}."
    return f"{text}. The first was {names[0]}, the last {names[-1]}."


def _lines(entries: Sequence[Mover], found: Moving) -> list[str]:
    measure = found.selection.line.measure
    extra = 0 if measure.additivity is Additivity.ADDITIVE else 1
    return [
        f"- {entry.name}: {signed(entry.change, measure, extra)}{relative_change(entry.before, entry.after)}"
        for entry in entries
    ]


def _left_out(found: Moving) -> str:
    count = len(found.entries) - _LISTED
    return (
        f"\n\n({counted(count, grain_word(found.grain))} before these are not listed.)" if count > 0 else ""
    )
