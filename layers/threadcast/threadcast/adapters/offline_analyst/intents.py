"""What a question can ask for, once it is understood."""

from dataclasses import dataclass, field
from typing import Literal

from threadcast.adapters.offline_analyst.subjects import Subject
from threadcast.asset_types.columns import Column
from threadcast.asset_types.times import Grain, Period

__all__ = [
    "Average",
    "Breakdown",
    "Change",
    "Comparison",
    "Correlation",
    "CountRows",
    "Describe",
    "Explain",
    "Filters",
    "Intent",
    "Key",
    "Line",
    "MakeMetric",
    "Movers",
    "Outliers",
    "Query",
    "Ranked",
    "Seasonality",
    "Share",
    "Steps",
    "Total",
    "Trend",
    "Unclear",
]

Key = Grain | str
"""What to group by: a grain of time, or a dimension by its name."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows count: those in any of the windows, in any of the months of the year, with these values.

    An empty field leaves nothing out; `values` pairs a dimension with the values wanted of it.
    """

    windows: tuple[Period, ...] = ()
    months: frozenset[int] = frozenset()
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def of(self, dimension: str) -> tuple[str, ...]:
        """The values wanted of a dimension; empty: all of them."""
        return dict(self.values).get(dimension, ())


@dataclass(frozen=True, slots=True)
class Line:
    """One series: a measure of a subject, over the rows that count."""

    subject: Subject
    measure: Column
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Describe:
    """What the asset is."""


@dataclass(frozen=True, slots=True)
class Total:
    """All of it together."""


@dataclass(frozen=True, slots=True)
class Average:
    """The middle, mean or median, of what the periods of `grain` amount to; None: of the rows' own grain."""

    kind: Literal["mean", "median"] = "mean"
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class CountRows:
    """How many rows there are; `above_zero`: those whose value is."""

    above_zero: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """The `limit` highest (or lowest) of the groups that `key` makes."""

    key: Key
    highest: bool
    limit: int = 1


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Every group that `key` makes: periods in their order, values from the highest."""

    key: Key


@dataclass(frozen=True, slots=True)
class Trend:
    """How it develops."""


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two periods; None: the first, the last there is."""

    first: Period | None = None
    last: Period | None = None


@dataclass(frozen=True, slots=True)
class Movers:
    """The values of a dimension by how much they changed; `highest`: those that grew most."""

    dimension: str
    highest: bool
    limit: int = 1
    first: Period | None = None
    last: Period | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """The greatest rise (or fall) from one period to the next."""

    rise: bool
    grain: Grain


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some values of a dimension beside each other."""

    dimension: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What part of the whole some values of a dimension make; without values: each of them."""

    dimension: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correlation:
    """How closely two series move together."""

    first: Line
    second: Line


@dataclass(frozen=True, slots=True)
class Outliers:
    """What lies far from the rest."""


@dataclass(frozen=True, slots=True)
class Seasonality:
    """What the months of the year are like."""


@dataclass(frozen=True, slots=True)
class Explain:
    """What made it change between two periods; None as in `Change`. `wanted` is the direction asked about."""

    first: Period | None = None
    last: Period | None = None
    wanted: Literal["rise", "fall"] | None = None


@dataclass(frozen=True, slots=True)
class MakeMetric:
    """A metric of its own from the rows that count."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing that can be computed; `reason` is a sentence for whoever asked."""

    reason: str


Intent = (
    Describe
    | Total
    | Average
    | CountRows
    | Ranked
    | Breakdown
    | Trend
    | Change
    | Movers
    | Steps
    | Comparison
    | Share
    | Correlation
    | Outliers
    | Seasonality
    | Explain
    | MakeMetric
    | Unclear
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood: what is asked for, of which series."""

    intent: Intent
    line: Line
