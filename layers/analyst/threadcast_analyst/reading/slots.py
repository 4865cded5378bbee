"""Sorts a question's phrases into slots; every phrase has one, or the question is declined."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.reading.frames import Declined, Filter, Key
from threadcast_analyst.reading.mentions import Mention, tags_of
from threadcast_analyst.reading.moments import Limit
from threadcast_analyst.reading.words import Kind, key_of

__all__ = ["IGNORED", "Slots", "slots_of"]

IGNORED = frozenset({"of", "is", "and", "again", "it", "by", "per", "from", "to", "between", "which", "than"})
"""Cues that ask for nothing by themselves."""

_EXCLUDED = "x[oi]*(?:[vd]+[a,]+[oi]*)*d?i?"
"""What stands before a value that is left out: "without", and the values before it in a list."""


@dataclass
class Slots:
    """The phrases by their roles.

    `keys` are marked as groups, `loose` are dimensions and grains that aren't; None stands for the time
    column, the rows' own grain. `implied` are the measures that a unit or a concept's word may mean. `values`
    are (dimension, value, is excluded, place); `part_at` is the place after which a value is the part whose
    share is asked for; `limits` are thresholds with the measure that they follow, if any; `count` is the
    number in "top 3"; `by_synonym` are the measures that are not called by their label.
    """

    cues: set[str] = field(default_factory=set)
    measures: list[Column] = field(default_factory=list)
    implied: list[tuple[Column, ...]] = field(default_factory=list)
    keys: list[Key | None] = field(default_factory=list)
    loose: list[Key | None] = field(default_factory=list)
    counted: Key | Literal["rows", "measure", "time"] | None = None
    values: list[tuple[Column, str, bool, int]] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    ranges: list[tuple[Period, Period]] = field(default_factory=list)
    limits: list[tuple[Limit, Column | None]] = field(default_factory=list)
    count: int | None = None
    is_per: bool = False
    part_at: int = 0
    by_synonym: set[Column] = field(default_factory=set)

    @property
    def rises(self) -> bool | None:
        """The direction of the change that is asked for; None if none or both are named."""
        named = self.cues & {"grew", "fell"}
        return "grew" in named if len(named) == 1 else None

    def filters(self, *, is_excluded: bool) -> tuple[Filter, ...]:
        """Return the values that are wanted, or those that are left out, by dimension."""
        found: dict[Column, dict[str, None]] = {}
        for dimension, value, excluded, _ in self.values:
            if excluded is is_excluded:
                found.setdefault(dimension, {})[value] = None
        return tuple(Filter(dimension, tuple(values), is_excluded) for dimension, values in found.items())

    def named(self) -> int:
        """Return how many kinds of restrictions and groups are named."""
        kinds = (self.values, self.periods or self.ranges, self.keys or self.loose, self.limits)
        return sum(map(bool, kinds)) + ("table" in self.cues)

    def is_fragment(self) -> bool:
        """Return whether only parts are named: no form, no aggregate and no measure."""
        return not (
            self.cues - IGNORED - {"table", "latest"} or self.measures or self.implied or self.counted
        )

    def is_empty(self) -> bool:
        """Return whether nothing is named at all."""
        return self.is_fragment() and not self.named() and "latest" not in self.cues


def slots_of(mentions: Sequence[Mention]) -> Slots:
    """Return the slots of phrases; raises `Declined` for one without a role."""
    sorter = _Sorter(mentions)
    for sorter.at, mention in enumerate(mentions):
        _SORTERS.get(mention.kind, _Sorter.unknown)(sorter, mention)
    if "except" in sorter.slots.cues and not sorter.slots.filters(is_excluded=True):
        raise Declined("I can leave out values of a column only: name them.")
    return sorter.slots


class _Sorter:
    """Sorts one phrase after the other; `at` is the place of the current one."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self.mentions = mentions
        self.tags = tags_of(mentions)
        self.slots = Slots()
        self.at = 0

    def follows(self, pattern: str) -> bool:
        """Return whether the phrases before end in a pattern of letters (`tags_of`)."""
        return re.search(f"(?:{pattern})$", self.tags[: self.at]) is not None

    def precedes(self, pattern: str) -> bool:
        """Return whether the phrases after begin with a pattern of letters."""
        return re.match(pattern, self.tags[self.at + 1 :]) is not None

    def is_counted(self) -> bool:
        return self.follows("C[oU]*") and self.slots.counted is None

    def unknown(self, mention: Mention) -> None:
        raise Declined(f"I don't know what “{mention.text}” stands for here.", is_unknown=True)

    def cue(self, mention: Mention) -> None:
        tag = self.tags[self.at]
        if tag == "r" and self.precedes("[oi]*[vP]"):
            self.slots.cues.add("than")  # "is East bigger than West?"
            return
        if tag in "GH" and self.precedes("a"):
            raise Declined(f"I compute one figure at a time: ask for “{mention.text}” or for the other.")
        if tag in "rSAEl" or (tag == "x" and not self.precedes("[oai,]*[vd]")):
            raise Declined(f"I don't understand “{mention.text}” here: it needs a value or a time after it.")
        is_ordered = bool(self.slots.cues & {"highest", "lowest", "breakdown", "table"}) and mention.has("by")
        if tag == "b" and not self.precedes("j?[dgqytmhe]" if is_ordered else "j?[dgqyt]"):
            raise Declined(
                f"I don't understand “{mention.text}” here: it needs a column to group by after it."
            )
        if mention.text.lower() == "or":
            self.check_joins_alike()
        is_before_part = tag == "i" and self.follows("s[^iv]*") and self.precedes("[oai]*[vd]")
        if mention.has("share") or is_before_part:
            self.slots.part_at = self.at
        self.slots.is_per |= mention.has("per")
        if mention.has("rows"):
            self.slots.counted = self.slots.counted or "rows"
        is_opening = self.at == 0 and mention.has("again")
        self.slots.cues |= {"again"} if is_opening else set(mention.meaning.cues)

    def check_joins_alike(self) -> None:
        """Raise `Declined` unless "or" stands between two values of a column, two times or two measures."""
        link = re.compile("[oid]*").match(self.tags, self.at + 1)
        beside = [
            *self.mentions[max(self.at - 1, 0) : self.at],
            *self.mentions[link.end() if link else 0 :][:1],
        ]
        kinds = {(each.kind, each.meaning.of if each.kind is Kind.VALUE else None) for each in beside}
        if len(kinds) > 1 or not {kind for kind, _ in kinds} <= {Kind.VALUE, Kind.PERIOD, Kind.MEASURE}:
            raise Declined("It is not clear what “or” joins here: ask for one at a time.")

    def measure(self, mention: Mention) -> None:
        if self.is_counted() or (self.slots.counted == "rows" and self.follows("v")):
            self.slots.counted = "measure"  # also "how many manufacturing jobs"
        if isinstance(mention.meaning.of, Column):
            self.slots.measures.append(mention.meaning.of)
            self.slots.by_synonym |= (
                {mention.meaning.of} if key_of(mention.text) != key_of(mention.meaning.name) else set()
            )

    def implied(self, mention: Mention) -> None:
        self.slots.implied.append(tuple(_all(mention, Column)))
        self.slots.cues |= {mention.meaning.name} - {""}

    def key(self, mention: Mention) -> None:
        """Sort a dimension, a grain or the time column."""
        of = mention.meaning.of if mention.kind is not Kind.TIME else None
        key = of if isinstance(of, Column | Grain) else None
        is_adjective = mention.text.lower().endswith(("ly", "annual"))
        if self._qualifies_value(key):
            return
        if self.is_counted():
            self.slots.counted = key or "time"
        elif self.follows("b") or (is_adjective and not self.follows("w")):
            self.slots.keys.append(key)
            self.slots.is_per |= is_adjective
        else:
            self.slots.loose.append(key)

    def _qualifies_value(self, key: Key | None) -> bool:
        """Return whether a column's name stands beside one of its values: "category Home"."""
        after = self.at + 1 + len(self.tags[self.at + 1 :]) - len(self.tags[self.at + 1 :].lstrip("ir"))
        beside = [*self.mentions[max(self.at - 1, 0) : self.at], *self.mentions[after : after + 1]]
        is_named = any(each.kind is Kind.VALUE and each.meaning.of == key for each in beside)
        return is_named and not self.follows("[bw]")

    def entity(self, _mention: Mention) -> None:
        if self.is_counted():
            self.slots.counted = "rows"

    def value(self, mention: Mention) -> None:
        if self.follows("CU*"):
            self.slots.counted = self.slots.counted or "rows"
        if isinstance(mention.meaning.of, Column):
            is_excluded = self.follows(_EXCLUDED)
            self.slots.values.append((mention.meaning.of, mention.meaning.name, is_excluded, self.at))

    def period(self, mention: Mention) -> None:
        if self.follows(_EXCLUDED):
            self.unknown(mention)
        self.slots.periods += _all(mention, Period)

    def range(self, mention: Mention) -> None:
        begin, end = _all(mention, Period)
        self.slots.ranges.append((begin, end))

    def threshold(self, mention: Mention) -> None:
        named = re.search("m[oaib,L]*$", self.tags[: self.at])
        column = None if named is None else self.mentions[named.start()].meaning.of
        measure = column if isinstance(column, Column) else None
        self.slots.limits += [(limit, measure) for limit in _all(mention, Limit)]

    def number(self, mention: Mention) -> None:
        near = [*self.mentions[max(self.at - 1, 0) : self.at], *self.mentions[self.at + 1 : self.at + 2]]
        is_limit = any(
            each.has("highest", "lowest") or each.meaning.name in {"highest", "lowest"} for each in near
        )
        if not (is_limit and mention.number >= 1 and mention.number.is_integer()) or self.slots.count:
            self.unknown(mention)
        self.slots.count = int(mention.number)


_Item = TypeVar("_Item", Column, Period, Limit)


def _all(mention: Mention, kind: type[_Item]) -> list[_Item]:
    of = mention.meaning.of
    return [each for each in of if isinstance(each, kind)] if isinstance(of, tuple) else []


_SORTERS = {
    Kind.CUE: _Sorter.cue,
    Kind.MEASURE: _Sorter.measure,
    Kind.HINT: _Sorter.implied,
    Kind.UNIT: _Sorter.implied,
    Kind.DIMENSION: _Sorter.key,
    Kind.GRAIN: _Sorter.key,
    Kind.TIME: _Sorter.key,
    Kind.VALUE: _Sorter.value,
    Kind.ENTITY: _Sorter.entity,
    Kind.PERIOD: _Sorter.period,
    Kind.RANGE: _Sorter.range,
    Kind.THRESHOLD: _Sorter.threshold,
    Kind.NUMBER: _Sorter.number,
}
