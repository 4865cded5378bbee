"""What a question can ask for, once it is understood."""

from dataclasses import dataclass
from typing import Literal

from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.series import Condition, Key, Line

__all__ = [
    "Average",
    "Breakdown",
    "Change",
    "Comparison",
    "Contrast",
    "Correlation",
    "CountRows",
    "Describe",
    "Explain",
    "Intent",
    "MakeMetric",
    "Movers",
    "Moves",
    "Outliers",
    "Query",
    "Ranked",
    "Recap",
    "Satisfying",
    "Seasonality",
    "Share",
    "Steps",
    "Streak",
    "Tally",
    "Total",
    "Trend",
    "Unclear",
]


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
    """How many rows there are; with a `key`, how many groups it makes of them."""

    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Satisfying:
    """Which of the groups that `key` makes meet a condition, and how many they are."""

    condition: Condition
    key: Key


@dataclass(frozen=True, slots=True)
class Tally:
    """How many periods of `grain` meet a condition in each period of `per`."""

    condition: Condition
    grain: Grain
    per: Grain


@dataclass(frozen=True, slots=True)
class Streak:
    """The longest run of periods without a break that all meet a condition.

    `of_steps`: it is the change from the period before that meets it.
    """

    condition: Condition
    grain: Grain
    of_steps: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """The periods of `grain` that rose (or fell) from the one before; `rise` None: the change of each."""

    rise: bool | None
    grain: Grain


@dataclass(frozen=True, slots=True)
class Ranked:
    """The `limit` highest (or lowest) of the groups that `key` makes; `only_last`: of these the last one."""

    key: Key
    highest: bool
    limit: int = 1
    only_last: bool = False


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Every group that `key` makes: periods in their order, values from the highest.

    `average`: what a period of the rows' own grain has of each group, instead of all together.
    """

    key: Key
    average: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """How it develops, from one period of `grain` to the next; None: at the grain that shows it best."""

    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two periods; None: the first, the last there is. `per`: per such a period."""

    first: Period | None = None
    last: Period | None = None
    per: Grain | None = None


@dataclass(frozen=True, slots=True)
class Movers:
    """The values of a dimension by how much they changed; `highest`: those that grew most.

    `highest` None: that with the greatest change either way. `only`: no others than those that grew (or, with
    `highest` false, fell). `relative`: by the change in per cent.
    """

    dimension: str
    highest: bool | None
    limit: int = 1
    first: Period | None = None
    last: Period | None = None
    only: bool = False
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """The greatest rise (or fall) from one period to the next; `rise` None: whichever is greater."""

    rise: bool | None
    grain: Grain


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some values of a dimension beside each other."""

    dimension: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """The same of several parts of the year, under their names: winter and summer."""

    parts: tuple[tuple[str, frozenset[int]], ...]


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
    """A metric of its own from the rows that count; `measures` are the columns it keeps, empty: all."""

    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recap:
    """How the answer before was computed; `doubted`: because somebody says that it is wrong."""

    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing that can be computed; `reason` is a sentence for whoever asked."""

    reason: str


Intent = (
    Describe
    | Total
    | Average
    | CountRows
    | Satisfying
    | Streak
    | Tally
    | Ranked
    | Breakdown
    | Trend
    | Change
    | Movers
    | Moves
    | Steps
    | Comparison
    | Contrast
    | Share
    | Correlation
    | Outliers
    | Seasonality
    | Explain
    | MakeMetric
    | Recap
    | Unclear
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood: what is asked for, of which series.

    `notes` are sentences that must be told before the answer: what was taken for what. `former` is the
    query that a `Recap` looks back at.
    """

    intent: Intent
    line: Line
    notes: tuple[str, ...] = ()
    former: "Query | None" = None
