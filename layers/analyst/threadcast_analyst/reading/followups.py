"""Merges a follow-up into the question before it: each slot that it names replaces the former one."""

from dataclasses import replace

from threadcast.assets.columns.dates import Grain, Period, date_of, period_of
from threadcast_analyst.reading.slots import Slots

__all__ = ["is_follow_up", "merged", "year_of"]

_AGGREGATES = frozenset({"total", "average"})
_ORDERS = frozenset({"highest", "lowest"})
_CHANGES = frozenset({"change", "grew", "fell", "steps", "versus", "difference", "than"})
_FORMS = (
    frozenset({"count", "distinct", "share", "trend", "describe", "make", "breakdown", "which", "when"})
    | _CHANGES
)
_GROUPS = (_AGGREGATES, _ORDERS, _FORMS)
_REPLACED = (("measures", "implied"), ("keys", "loose", "is_per"), ("counted",), ("limits",), ("count",))
"""Slots that are replaced together as soon as one of them is named."""


def is_follow_up(slots: Slots) -> bool:
    """Return whether a question goes on from the one before: by its first words, "it", or one slot only."""
    has_measure = bool(slots.measures or slots.implied)
    if has_measure and slots.cues & (_AGGREGATES | _ORDERS | _FORMS):
        return False
    if "again" in slots.cues or ("it" in slots.cues and not has_measure and "describe" not in slots.cues):
        return True
    return slots.is_fragment() and slots.named() == 1


def year_of(slots: Slots) -> int | None:
    """Return the year that a follow-up's months are in: that of the only period."""
    return slots.periods[0].first.year if len(slots.periods) == 1 else None


def merged(former: Slots, new: Slots) -> Slots:
    """Return the slots of a follow-up; the former slots stay as they are."""
    slots = replace(former, cues=_cues(former.cues, new.cues), part_at=-1)
    for names in _REPLACED:
        if any(getattr(new, name) for name in names):
            slots = replace(slots, **{name: getattr(new, name) for name in names})
    named = {dimension for dimension, *_ in new.values}
    slots.values = [each for each in former.values if each[0] not in named] + new.values
    if new.periods or new.ranges or "latest" in new.cues:
        slots.periods, slots.ranges = _periods(former, new), new.ranges
        slots.cues -= {"latest"} - new.cues
    return slots if new.cues & (_FORMS | _ORDERS) else _without_lost_forms(slots, former, new)


def _cues(former: set[str], new: set[str]) -> set[str]:
    cues = former - {"it", "again"}
    for group in _GROUPS:
        if new & group:
            cues -= group
    return cues | (new - {"it", "again"})


def _periods(former: Slots, new: Slots) -> list[Period]:
    """Return the new periods; another year alone keeps the month, quarter or day of the former one."""
    if len(new.periods) == len(former.periods) == 1 and new.periods[0].grain is Grain.YEAR:
        kept, year = former.periods[0], new.periods[0].first.year
        moved = date_of(f"{year:04d}-{kept.first:%m-%d}")
        if kept == period_of(kept.first, kept.grain) and moved is not None:
            return [period_of(moved, kept.grain)]
    return new.periods


def _without_lost_forms(slots: Slots, former: Slots, new: Slots) -> Slots:
    """Drop what the new slot ends: a change by a single period, a ranking by one of its groups."""
    lost = _ORDERS | {"which", "when"}
    ends_change = bool(former.cues & _CHANGES) and len(new.periods) == 1 and not new.ranges
    if ends_change or _names_group(former, new):
        return replace(slots, cues=slots.cues - _CHANGES - lost, keys=[], loose=[], count=None)
    if (new.keys or new.loose) and (former.loose or former.cues & _ORDERS):
        return replace(slots, cues=slots.cues - lost, count=None)
    return slots


def _names_group(former: Slots, new: Slots) -> bool:
    """Return whether a group of the former ranking is named: one of its values, or of its periods."""
    groups: list[object] = [*former.loose, *former.keys]
    grains = [group for group in groups if isinstance(group, Grain)]
    if any(dimension in groups for dimension, *_ in new.values):
        return True
    return bool(grains and new.periods) and all(period.grain <= grains[0] for period in new.periods)
