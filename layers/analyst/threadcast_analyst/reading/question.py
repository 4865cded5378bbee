"""A question read against one subject: everything it names, before it is decided what it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Grain
from threadcast_analyst.reading.also import further_conditions, natures_in
from threadcast_analyst.reading.conditions import (
    ConditionSaid,
    condition_in,
    likely_measure,
    nature_in,
)
from threadcast_analyst.reading.conversions import UnitAsked, unit_asked
from threadcast_analyst.reading.cues import (
    Cue,
    Superlative,
    cue_words,
    cues_in,
    superlatives_in,
)
from threadcast_analyst.reading.fillers import filler_places
from threadcast_analyst.reading.kinds import measure_of
from threadcast_analyst.reading.moments import Moments, moments_in
from threadcast_analyst.reading.names import (
    ColumnsNamed,
    ValuesNamed,
    columns_named,
    values_named,
    whole_values,
)
from threadcast_analyst.reading.ranks import Limit, limit_in
from threadcast_analyst.reading.relative import GRAIN_WORDS
from threadcast_analyst.reading.words import Word, root_of, words_in
from threadcast_analyst.series import Filters, Key
from threadcast_analyst.subjects import Subject

__all__ = ["Question", "read_question"]

_GRAIN_ADVERBS = {
    "daily": Grain.DAY, "monthly": Grain.MONTH, "quarterly": Grain.QUARTER,
    "yearly": Grain.YEAR, "annual": Grain.YEAR, "annually": Grain.YEAR, "yoy": Grain.YEAR,
}  # fmt: skip

_ADDING = frozenset({"added", "created"})


@dataclass(frozen=True, slots=True)
class Question:
    """What the words name in one subject, each with its places, and how many of them do (`hits`).

    `nature` is the condition of an adjective ("dry"), which counts only where days are counted.
    """

    words: tuple[Word, ...]
    subject: Subject
    moments: Moments
    columns: ColumnsNamed
    values: ValuesNamed
    cues: Mapping[Cue, frozenset[int]] = field(hash=False)
    superlatives: Mapping[int, Superlative] = field(hash=False)
    grains: Mapping[int, Grain] = field(hash=False)
    limit: Limit
    condition: ConditionSaid | None
    nature: ConditionSaid | None
    hits: tuple[int, int]
    unit: UnitAsked
    also: tuple[ConditionSaid, ...] = ()

    @property
    def measure(self) -> Column:
        """The measure that is meant: that which words tell, else a condition's likeliest, else the first."""
        likely = None
        if self.condition is not None:
            is_impersonal = _is_impersonal(self.words)
            likely = likely_measure(self.condition.condition, self.subject, is_sure=is_impersonal)
        return self.measure_told or likely or self.subject.shape.measures[0]

    @property
    def measure_told(self) -> Column | None:
        """The measure of a condition, else the first named, else the superlative's; None: no word tells."""
        if self.said is not None and self.said.measure is not None:
            return self.said.measure
        if self.columns.measures:
            return self.columns.measures[0]
        return None if self.superlative is None else measure_of(self.subject, self.superlative.of)

    @property
    def is_measure_open(self) -> bool:
        """Whether there are several measures, and the words would fit another one as well."""
        if len(self.subject.shape.measures) == 1:
            return False
        is_sure = self.said is None or self.said.is_sure
        is_weather = self.condition is not None and _is_impersonal(self.words)
        return not is_sure or (self.measure_told is None and not is_weather)

    @property
    def said(self) -> ConditionSaid | None:
        """The condition that is set: by a figure, or by an adjective where days are counted."""
        counts = self.has_any(Cue.COUNT, Cue.LONG) or Grain.DAY in self.grains.values()
        return self.condition or (self.nature if counts else None)

    @property
    def filters(self) -> Filters:
        """The rows that count."""
        having = tuple((said.measure, said.condition) for said in self.also if said.measure is not None)
        return Filters(self.moments.windows, self.moments.months, self.values.values, having)

    @property
    def grain(self) -> Grain | None:
        """The first grain of time that is named, outside of a mention of time."""
        return next(iter(self.grains.values()), None)

    @property
    def names_adverb(self) -> bool:
        """Whether a grain is told as one of something: "annual change"."""
        return any(self.words[at].text in _GRAIN_ADVERBS for at in self.grains)

    @property
    def is_per_grain(self) -> bool:
        """Whether an adverb asks for each period: "monthly", unless one such period is named."""
        adverbs = [grain for at, grain in self.grains.items() if self.words[at].text in _GRAIN_ADVERBS]
        return any(all(window.grain > grain for window in self.moments.windows) for grain in adverbs)

    @property
    def superlative(self) -> Superlative | None:
        """The first superlative that names its measure too, if there is one."""
        return next(iter(self.superlatives.values()), None)

    @property
    def key(self) -> Key | None:
        """What the question wants to group by: a dimension it names, else a grain of time."""
        if self.columns.dimensions:
            return self.columns.dimensions[0].name
        return self.grain

    @property
    def dimension(self) -> str:
        """The dimension that is meant: named, else that of a named value, else the first of at least one."""
        if self.columns.dimensions:
            return self.columns.dimensions[0].name
        if self.values.values:
            return self.values.values[0][0]
        return self.subject.shape.dimensions[0].name

    @property
    def speaks_of_change(self) -> bool:
        """Whether a word tells of growing, falling or differing.

        Losses count only where the measure has none of its own: the jobs lost in a year are the change of
        employment, but the total of the jobs gained. What is added to a stock is its change too.
        """
        if self.has_any(Cue.CHANGE, Cue.RISE, Cue.FALL):
            return True
        if self.measure.additivity is Additivity.SEMI_ADDITIVE and _ADDING & {
            word.text for word in self.words
        }:
            return True
        return Cue.LOSS in self.cues and not self.has_losses

    def has_any(self, *cues: Cue) -> bool:
        """Whether one of these cues is there."""
        return not self.cues.keys().isdisjoint(cues)

    @property
    def names_two(self) -> bool:
        """Whether two things of a kind are named, as in "Seattle or San Francisco", "2012 than 2013"."""
        values = max((len(named) for _, named in self.values.values), default=0) if self.values.all else 0
        return max(values, len(self.moments.points), len(self.moments.parts)) > 1

    @property
    def averages_changes(self) -> bool:
        """Whether "the average change" is the average of a measure that tells changes itself."""
        asks = {Cue.AVERAGE, Cue.CHANGE} <= self.cues.keys() and not self.has_any(Cue.RISE, Cue.FALL)
        return asks and self.has_losses

    @property
    def both(self) -> frozenset[int]:
        """The "two" of "the two cities", where there are no more of them; empty: there is no such word."""
        if not self.columns.dimensions or len(self.subject.values[self.dimension]) != 2:  # noqa: PLR2004 - two
            return frozenset()
        named = self.columns.at[self.dimension]
        return frozenset(
            word.at for word in self.words if word.text in {"two", "both", "2"} and word.at + 1 in named
        )

    @property
    def has_losses(self) -> bool:
        """Whether some values of the measure are negative."""
        at = self.subject.table.columns.index(self.measure.name)
        cells = (row[at] for row in self.subject.table.rows)
        return any(isinstance(cell, int | float) and cell < 0 for cell in cells)

    @property
    def places(self) -> frozenset[int]:
        """The words that name something."""
        return self.moments.places | self.columns.places | self.values.places


def _is_impersonal(words: Sequence[Word]) -> bool:
    """Whether it is the weather that is spoken of: "was it below 0?"."""
    pairs = set(pairwise(word.text for word in words))
    return not pairs.isdisjoint(
        {("is", "it"), ("was", "it"), ("it", "is"), ("it", "was"), ("it", "get"), ("it", "ever")}
    )


def read_question(prompt: str, subject: Subject) -> Question:
    """Read a prompt's words against a subject's columns, values and dates."""
    words = words_in(prompt)
    unit = unit_asked(words, subject)
    subject = unit.subject
    condition = _condition(words, subject)
    also = further_conditions(words, subject, condition)
    taken = frozenset(at for said in (condition, *also) if said is not None for at in said.places)
    moments = moments_in(words, subject.span, taken)
    columns, values = _names(words, moments.places | taken, subject)
    named = columns.places | values.places
    superlatives = superlatives_in(words)
    fillers = filler_places(words)
    of_name = sum(root_of(word.stem) in subject.names for word in words if word.at not in fillers)
    fits = sum(measure_of(subject, found.of) is not None for found in superlatives.values())
    is_told = condition is not None and condition.measure is not None
    telling = {word.at for word in words if word.at in columns.places and word.text not in cue_words()}
    own = 2 * len(telling) + 3 * len(values.places) + 2 * fits + 2 * is_told
    return Question(
        words=words,
        subject=subject,
        moments=moments,
        columns=columns,
        values=values,
        cues=_cues(words, named, taken | values.places | moments.places),
        superlatives=superlatives,
        grains=_grains(words, moments.places | columns.places | taken),
        limit=limit_in(words),
        condition=condition,
        nature=nature_in(words, subject),
        hits=(own, of_name),
        unit=unit,
        also=also,
    )


def _condition(words: Sequence[Word], subject: Subject) -> ConditionSaid | None:
    """The condition on a measure that is named before it, else on the first that is named."""
    natures = frozenset(at for said in natures_in(words, subject) for at in said.places)
    plain = [word for word in words if word.at not in natures]
    named = columns_named(plain, subject, by_unit=False)
    found = condition_in(words, subject, named.measures)
    if found is None or len(named.measures) < 2:  # noqa: PLR2004 - several to choose from
        return found
    begin = min(found.places)
    before = [column for column in named.measures if min(named.at[column.name]) < begin]
    nearest = max(before, key=lambda column: min(named.at[column.name]), default=named.measures[0])
    return condition_in(words, subject, [nearest])


def _cues(words: Sequence[Word], named: frozenset[int], read: frozenset[int]) -> Mapping[Cue, frozenset[int]]:
    """The cues, knowing that "how much rain fell" asks for an amount, "how much did it fall" for a change.

    What "falls in winter" doesn't change either.
    """
    cues = {cue: places - read for cue, places in cues_in(words, named | read).items() if places - read}
    texts = [word.text for word in words]
    asks_amount = texts[:2] in (["how", "much"], ["how", "many"]) and not {"did", "has", "have"} & set(texts)
    if asks_amount and {"fell", "fallen", "falls"} & set(texts) and Cue.TOTAL in cues:
        cues[Cue.TOTAL] |= cues.pop(Cue.FALL, frozenset())
    if ("falls", "in") in pairwise(texts):
        cues.pop(Cue.FALL, None)
    return cues


def _names(
    words: Sequence[Word], taken: frozenset[int], subject: Subject
) -> tuple[ColumnsNamed, ValuesNamed]:
    """What is named: a value of several words before any column, else a column before a value.

    Where days are counted it is the other way round: "how many days of rain" are those of the value.
    """
    open_words = [word for word in words if word.at not in taken]
    if Cue.COUNT in cues_in(words, ()):
        values = values_named(words, subject, taken)
        rest = [word for word in open_words if word.at not in values.places]
        return columns_named(rest, subject), values
    whole = whole_values(words, subject)
    columns = columns_named([word for word in open_words if word.at not in whole], subject)
    return columns, values_named(words, subject, taken | columns.places)


def _grains(words: Sequence[Word], taken: frozenset[int]) -> Mapping[int, Grain]:
    """The grains of time that are named, by the place of the word."""
    named = {word.at: GRAIN_WORDS.get(word.stem) or _GRAIN_ADVERBS.get(word.text) for word in words}
    return {at: grain for at, grain in named.items() if grain is not None and at not in taken}
