"""A question read against one subject: everything it names, before it is decided what it asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from threadcast.adapters.offline_analyst.intents import Filters, Key
from threadcast.adapters.offline_analyst.reading.cues import Cue, Superlative, cues_in, superlative_in
from threadcast.adapters.offline_analyst.reading.moments import Moments, moments_in
from threadcast.adapters.offline_analyst.reading.names import (
    ColumnsNamed,
    ValuesNamed,
    columns_named,
    values_named,
    whole_values,
)
from threadcast.adapters.offline_analyst.reading.relative import GRAIN_WORDS
from threadcast.adapters.offline_analyst.reading.words import Word, stems_of, words_in
from threadcast.adapters.offline_analyst.subjects import Subject
from threadcast.asset_types.columns import Column
from threadcast.asset_types.times import Grain

__all__ = ["Question", "read_question"]

_GRAIN_ADVERBS = {
    "daily": Grain.DAY, "monthly": Grain.MONTH, "quarterly": Grain.QUARTER,
    "yearly": Grain.YEAR, "annual": Grain.YEAR, "annually": Grain.YEAR,
}  # fmt: skip
_NUMBER_NAMES = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
_COUNTED_WORDS = frozenset({
    "top", "bottom", "best", "worst", "highest", "lowest", "largest", "smallest", "biggest", "most", "least",
    "strongest", "hottest", "warmest", "wettest", "rainiest", "coldest", "driest", "windiest",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What the words name in one subject, and how many of them do (`hits`)."""

    words: tuple[Word, ...]
    subject: Subject
    moments: Moments
    columns: ColumnsNamed
    values: ValuesNamed
    cues: frozenset[Cue]
    superlative: Superlative | None
    grain: Grain | None
    count: int | None
    hits: int

    @property
    def measure(self) -> Column:
        """The measure that is meant: the first named, else the superlative's, else the metric's own."""
        if self.columns.measures:
            return self.columns.measures[0]
        if self.superlative is not None:
            return _measure_of(self.superlative, self.subject) or self.subject.shape.measures[0]
        return self.subject.shape.measures[0]

    @property
    def filters(self) -> Filters:
        """The rows that count."""
        return Filters(self.moments.windows, self.moments.months, self.values.values)

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
        employment, but the total of the jobs gained.
        """
        return bool(self.cues & {Cue.CHANGE, Cue.RISE, Cue.FALL}) or (
            Cue.LOSS in self.cues and not self.has_losses
        )

    @property
    def names_two(self) -> bool:
        """Whether two things of a kind are named, as in "Seattle or San Francisco", "2012 than 2013"."""
        values = max((len(named) for _, named in self.values.values), default=0)
        return max(values, len(self.moments.points)) > 1

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


def read_question(prompt: str, subject: Subject) -> Question:
    """Read a prompt's words against a subject's columns, values and dates."""
    words = words_in(prompt)
    moments = moments_in(words, subject.span)
    columns, values = _names(words, moments.places, subject)
    superlative = superlative_in(words)
    of_name = set(stems_of(f"{subject.name}"))
    named = {word.at for word in words if word.stem in of_name}
    fits = superlative is not None and _measure_of(superlative, subject) is not None
    return Question(
        words=words,
        subject=subject,
        moments=moments,
        columns=columns,
        values=values,
        cues=_cues(words, columns.places | values.places),
        superlative=superlative,
        grain=_grain(words, moments, subject),
        count=_count(words),
        hits=2 * len(columns.places) + 3 * len(values.places) + len(named) + 2 * fits,
    )


def _cues(words: Sequence[Word], places: frozenset[int]) -> frozenset[Cue]:
    """The cues, knowing that "how much rain fell" asks for an amount, "how much did it fall" for a change."""
    cues = cues_in(words, places)
    texts = [word.text for word in words]
    asks_amount = texts[:2] in (["how", "much"], ["how", "many"]) and not {"did", "has", "have"} & set(texts)
    return cues - {Cue.FALL} if asks_amount and {"fell", "fallen"} & set(texts) else cues


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


def _measure_of(superlative: Superlative, subject: Subject) -> Column | None:
    for name in superlative.of:
        for column in subject.shape.measures:
            if stems_of(name) in {stems_of(known) for known in (column.label, column.name, *column.synonyms)}:
                return column
    return None


def _grain(words: Sequence[Word], moments: Moments, subject: Subject) -> Grain | None:
    """The grain that is asked for, but never a finer one than the rows have."""
    if subject.grain is None:
        return None
    for word in words:
        found = GRAIN_WORDS.get(word.stem) if word.at not in moments.places else None
        found = found or _GRAIN_ADVERBS.get(word.text)
        if found is not None:
            return found
    return None


def _count(words: Sequence[Word]) -> int | None:
    """How many are wanted: "top 3", "the five highest", "3 best"."""
    for word in words:
        is_number = re.fullmatch(r"\d{1,2}", word.text) is not None
        wanted = int(word.text) if is_number else (_NUMBER_NAMES | _ORDINALS).get(word.text)
        near = {other.text for other in words[max(0, word.at - 2) : word.at + 3]}
        if wanted and near & _COUNTED_WORDS:
            return wanted
    return None
