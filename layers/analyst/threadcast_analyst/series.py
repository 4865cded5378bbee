"""What a question is about: a measure, the rows of it that count, and how they may be grouped."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Literal

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.subjects import Subject

__all__ = ["Condition", "Filters", "Key", "Line", "Relation"]

Key = Grain | str
"""What to group by: a grain of time, or a dimension by its name."""

Relation = Literal["above", "below", "at least", "at most", "exactly", "between"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows count: those in any of the windows, in any of the months of the year, with these values.

    An empty field leaves nothing out; `values` pairs a dimension with the values wanted of it, `having` a
    measure with what its cell must be.
    """

    windows: tuple[Period, ...] = ()
    months: frozenset[int] = frozenset()
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    having: "tuple[tuple[Column, Condition], ...]" = ()

    def of(self, dimension: str) -> tuple[str, ...]:
        """The values wanted of a dimension; empty: all of them."""
        return dict(self.values).get(dimension, ())


@dataclass(frozen=True, slots=True)
class Condition:
    """What a figure must be, in the cells' unit; `upper` is the other bound of "between", both included.

    `of_mean`: the value is the mean of all the figures, which is known once these are (`against`).
    """

    relation: Relation
    value: float
    upper: float = 0
    of_mean: bool = False

    def against(self, figures: Sequence[float]) -> "Condition":
        """The condition with its value, where that is the mean of these figures."""
        return replace(self, value=fmean(figures)) if self.of_mean and figures else self

    def holds(self, figure: float) -> bool:
        """Whether a figure is so."""
        match self.relation:
            case "above":
                return figure > self.value
            case "below":
                return figure < self.value
            case "at least":
                return figure >= self.value
            case "at most":
                return figure <= self.value
            case "exactly":
                return figure == self.value
            case "between":
                return self.value <= figure <= self.upper


@dataclass(frozen=True, slots=True)
class Line:
    """One series: a measure of a subject, over the rows that count."""

    subject: Subject
    measure: Column
    filters: Filters = field(default_factory=Filters)
