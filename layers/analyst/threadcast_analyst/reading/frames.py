"""The frame of a question: its slots, and nothing else that an answer is computed from."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.reading.tables import Subject

if TYPE_CHECKING:
    from threadcast_analyst.reading.slots import Slots

__all__ = ["Aggregate", "Choice", "Declined", "Filter", "Form", "Frame", "Key", "Relation", "Threshold"]

Key = Grain | Column
"""What to group by: a grain of time, or a dimension."""


class Form(StrEnum):
    """The forms of questions, each with an answer of its own shape."""

    DESCRIBE = "describe"
    MAKE = "make"
    VALUE = "value"
    LIST = "list"
    RANK = "rank"
    GROUPS = "groups"
    CHANGE = "change"
    STEPS = "steps"
    DIFFERENCE = "difference"
    SHARE = "share"
    TREND = "trend"


class Aggregate(StrEnum):
    """What is computed of a group of rows."""

    TOTAL = "total"
    AVERAGE = "average"
    HIGHEST = "highest"
    LOWEST = "lowest"
    ROWS = "rows"
    DISTINCT = "distinct"


class Relation(StrEnum):
    """What a figure is to a limit."""

    ABOVE = "above"
    BELOW = "below"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    EXACTLY = "exactly"


@dataclass(frozen=True, slots=True)
class Filter:
    """The values wanted of a dimension, or those left out."""

    dimension: Column
    values: tuple[str, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a measure must be, in the cells' unit."""

    measure: Column
    relation: Relation
    value: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A question about one metric, or one of its alternatives.

    `aggregate` is None where none is named, so that the measure's own applies. Several `measures`, `periods`
    or values of one filter are alternatives, each with a figure of its own. A range of time is one period, or
    both ends of a change. `counted` is the dimension whose distinct values are counted. `part` is the filter
    whose share is asked for. `per` is the grain whose totals are averaged. `limit` is a number of groups,
    `highest` their order. `rises` is the wanted direction of a change. `is_latest`: the period is that of the
    latest date. `name` sets a frame without alternatives apart from its like: a value, a period, a measure.
    """

    subject: Subject
    form: Form = Form.VALUE
    aggregate: Aggregate | None = None
    measures: tuple[Column, ...] = ()
    filters: tuple[Filter, ...] = ()
    periods: tuple[Period, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    key: Key | None = None
    counted: Column | None = None
    part: Filter | None = None
    per: Grain | None = None
    limit: int | None = None
    highest: bool = True
    rises: bool | None = None
    is_latest: bool = False
    is_table: bool = False
    notes: tuple[str, ...] = ()
    name: str = ""

    @property
    def measure(self) -> Column | None:
        """The first measure, None for a question that counts."""
        return self.measures[0] if self.measures else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading of an ambiguous question, under the name that chooses it."""

    name: str
    subject: Subject
    slots: "Slots"


@dataclass(eq=False)
class Declined(Exception):
    """The question is not answered: `reason` is a sentence.

    `choices` are the readings that the user may choose from. `is_unknown`: a word is not understood.
    """

    reason: str
    choices: tuple[Choice, ...] = field(default=())
    is_unknown: bool = False
