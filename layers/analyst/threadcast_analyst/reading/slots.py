"""Sorts a question's phrases into slots; every phrase has one, or the question is declined."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.reading.frames import Declined, Filter
from threadcast_analyst.reading.lexicon import Kind
from threadcast_analyst.reading.limits import Limits
from threadcast_analyst.reading.mentions import Mention

__all__ = ["Slots", "slots_of"]

_IGNORED = frozenset(
    {"of", "is", "and", "again", "it", "by", "per", "from", "to", "between", "which", "than"}
)
_BARE = frozenset(
    {"above", "below", "at_least", "at_most", "exactly", "last", "since", "after", "before", "except"}
)
"""Cues that need something after them."""

_LINKS = ("of", "and", "is")


@dataclass
class Slots:
    """The phrases by their roles. `keys` are marked as groups, `loose` are dimensions and grains that aren't.

    `values` are (dimension, value, is excluded, place); `part_at` is the place after which a value is the
    part whose share is asked for; `limits` are thresholds with the measure that they follow, if any.
    """

    cues: set[str] = field(default_factory=set)
    measures: list[Column] = field(default_factory=list)
    hints: list[tuple[Column, ...]] = field(default_factory=list)
    units: list[tuple[Column, ...]] = field(default_factory=list)
    keys: list[Grain | Column | None] = field(default_factory=list)
    loose: list[Grain | Column | None] = field(default_factory=list)
    counted: list[Grain | Column | str] = field(default_factory=list)
    values: list[tuple[Column, str, bool, int]] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    ranges: list[tuple[Period, Period]] = field(default_factory=list)
    limits: list[tuple[Limits, Column | None]] = field(default_factory=list)
    numbers: list[tuple[float, str]] = field(default_factory=list)
    is_per: bool = False
    part_at: int = 0

    @property
    def rises(self) -> bool | None:
        """The direction of the change that is asked for; None if none or both are named."""
        named = self.cues & {"grew", "fell"}
        return "grew" in named if len(named) == 1 else None

    def filters(self, *, is_excluded: bool) -> tuple[Filter, ...]:
        """Return the values that are wanted, or those that are left out, by dimension."""
        found: dict[Column, list[str]] = {}
        for dimension, value, excluded, _ in self.values:
            if excluded is is_excluded and value not in found.setdefault(dimension, []):
                found[dimension].append(value)
        return tuple(Filter(dimension, tuple(values), is_excluded) for dimension, values in found.items())

    def is_empty(self) -> bool:
        """Return whether nothing is named at all."""
        named = (self.values, self.periods, self.ranges, self.keys, self.loose, self.limits, self.units)
        return not (self.cues - _IGNORED or self.measures or self.hints or self.counted or any(named))

    def is_fragment(self) -> bool:
        """Return whether only parts are named: no form, no aggregate and no measure."""
        return not (self.cues - _IGNORED - {"table", "latest"}) and not self.measures and not self.hints


class _Sorter:
    """Sorts phrases one after the other; `at` is the place of the current one."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self.mentions = mentions
        self.slots = Slots()
        self.at = 0

    def sort(self) -> Slots:
        while self.at < len(self.mentions):
            mention = self.mentions[self.at]
            _SORTERS.get(mention.kind, _Sorter.ignored)(self, mention)
            self.at += 1
        return self.slots

    def before(self, *skipped: str) -> Mention | None:
        """Return the phrase before, connectives of these cues left out."""
        at = self.at - 1
        while at >= 0 and self.mentions[at].has(*skipped):
            at -= 1
        return self.mentions[at] if at >= 0 else None

    def after(self, *skipped: str) -> Mention | None:
        """Return the phrase after, connectives of these cues left out."""
        at = self.at + 1
        while at < len(self.mentions) and self.mentions[at].has(*skipped):
            at += 1
        return self.mentions[at] if at < len(self.mentions) else None

    def ignored(self, _mention: Mention) -> None:
        """Leave out what carries no meaning of its own."""

    def cue(self, mention: Mention) -> None:
        if mention.has(*_BARE) and not (mention.has("except") and self._is_next(Kind.VALUE)):
            raise Declined(f"I don't understand “{mention.text}” here: it needs a value or a time after it.")
        if mention.has("share"):
            self.slots.part_at = self.at
        if mention.has("is") and "share" in self.slots.cues and self._is_next(Kind.VALUE):
            self.slots.part_at = self.at
        if mention.has("by", "per") and not self._groups_next():
            raise Declined(
                f"I don't understand “{mention.text}” here: it needs the name of a column after it."
            )
        if mention.has("per"):
            self.slots.is_per = True
        if mention.has("rows") and self._is_counted():
            self.slots.counted.append("rows")
        is_opening = self.at == 0 and mention.has("again")
        self.slots.cues |= {"again"} if is_opening else set(mention.cues)

    def _is_next(self, kind: Kind) -> bool:
        after = self.after(*_LINKS)
        if after is not None and after.kind is Kind.DIMENSION and kind is Kind.VALUE:
            return True
        return after is not None and after.kind is kind

    def _groups_next(self) -> bool:
        after = self.after("it")
        return after is not None and after.kind in {Kind.DIMENSION, Kind.GRAIN, Kind.TIME, Kind.MEASURE}

    def measure(self, mention: Mention) -> None:
        if isinstance(mention.meaning.of, Column):
            before = self.before()
            if self._is_counted():
                self.slots.counted.append("measure")
            elif self.slots.counted == ["rows"] and before is not None and before.kind is Kind.VALUE:
                self.slots.counted = ["measure"]  # "how many manufacturing jobs"
            self.slots.measures.append(mention.meaning.of)

    def hint(self, mention: Mention) -> None:
        self.slots.hints.append(_columns(mention))
        self.slots.cues |= {mention.meaning.name} - {""}

    def unit(self, mention: Mention) -> None:
        self.slots.units.append(_columns(mention))

    def key(self, mention: Mention) -> None:
        """Sort a dimension, a grain or the time column; the latter is None: the rows' own grain."""
        of = mention.meaning.of if mention.kind is not Kind.TIME else None
        key = of if isinstance(of, Column | Grain) else None
        before = self.before()
        if self._qualifies_value(key):
            return
        if self._is_counted():
            self.slots.counted.append(key if key is not None else "time")
        elif before is not None and before.has("by", "per", "which"):
            is_which = before.has("which")
            (self.slots.loose if is_which else self.slots.keys).append(key)
        elif mention.text.lower().endswith("ly"):
            self.slots.keys.append(key)
        else:
            self.slots.loose.append(key)

    def _qualifies_value(self, key: Grain | Column | None) -> bool:
        """Return whether a column's name stands beside one of its values: "category Home"."""
        if not isinstance(key, Column):
            return False
        after, before = self.after("is", "exactly"), self.before()
        beside = [each for each in (after, before) if each is not None and each.kind is Kind.VALUE]
        is_grouped = before is not None and before.has("by", "per", "which")
        return not is_grouped and any(each.meaning.of == key for each in beside)

    def _is_counted(self) -> bool:
        before = self.before("of", "distinct")
        return before is not None and before.has("count") and len(self.slots.counted) == 0

    def entity(self, _mention: Mention) -> None:
        if self._is_counted():
            self.slots.counted.append("rows")

    def value(self, mention: Mention) -> None:
        if self._is_counted():
            self.slots.counted.append("rows")
        if isinstance(mention.meaning.of, Column):
            excluded = self._is_excluded()
            self.slots.values.append((mention.meaning.of, mention.meaning.name, excluded, self.at))

    def _is_excluded(self) -> bool:
        """Return whether "except" stands before, over other values, their columns and connectives."""
        at = self.at - 1
        while at >= 0 and (
            self.mentions[at].kind in {Kind.VALUE, Kind.DIMENSION} or self.mentions[at].has(*_LINKS)
        ):
            at -= 1
        return at >= 0 and self.mentions[at].has("except")

    def period(self, mention: Mention) -> None:
        of = mention.meaning.of
        self.slots.periods += (
            [each for each in of if isinstance(each, Period)] if isinstance(of, tuple) else []
        )

    def range(self, mention: Mention) -> None:
        of = mention.meaning.of
        if isinstance(of, tuple):
            self.slots.ranges.append((of[0], of[1]))

    def threshold(self, mention: Mention) -> None:
        if isinstance(mention.meaning.of, Limits):
            before = self.before(*_LINKS, "by")
            column = before.meaning.of if before is not None and before.kind is Kind.MEASURE else None
            self.slots.limits.append((mention.meaning.of, column if isinstance(column, Column) else None))

    def number(self, mention: Mention) -> None:
        of = mention.meaning.of
        near = [each for each in (self.before(), self.after()) if each is not None]
        if (
            isinstance(of, float)
            and of >= 1
            and of.is_integer()
            and any(
                each.has("highest", "lowest") or each.meaning.name in {"highest", "lowest"} for each in near
            )
        ):
            self.slots.numbers.append((of, mention.text))
            return
        raise Declined(f"I don't know what “{mention.text}” stands for here.", is_unknown=True)

    def month(self, mention: Mention) -> None:
        raise Declined(f"I don't understand “{mention.text}” here.")


def slots_of(mentions: Sequence[Mention]) -> Slots:
    """Return the slots of phrases; raises `Declined` for one without a role."""
    return _Sorter(mentions).sort()


def _columns(mention: Mention) -> tuple[Column, ...]:
    of = mention.meaning.of
    return tuple(column for column in of if isinstance(column, Column)) if isinstance(of, tuple) else ()


_SORTERS = {
    Kind.CUE: _Sorter.cue,
    Kind.MEASURE: _Sorter.measure,
    Kind.HINT: _Sorter.hint,
    Kind.UNIT: _Sorter.unit,
    Kind.DIMENSION: _Sorter.key,
    Kind.GRAIN: _Sorter.key,
    Kind.TIME: _Sorter.key,
    Kind.VALUE: _Sorter.value,
    Kind.ENTITY: _Sorter.entity,
    Kind.PERIOD: _Sorter.period,
    Kind.RANGE: _Sorter.range,
    Kind.THRESHOLD: _Sorter.threshold,
    Kind.NUMBER: _Sorter.number,
    Kind.MONTH: _Sorter.month,
}
