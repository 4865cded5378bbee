"""What computing found about change over time; every figure is in the measure's own unit."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.computing.selection import Selection
from threadcast_analyst.entries import Entry

__all__ = ["Explained", "Moved", "Mover", "MoverRanking", "Stepped", "Trending"]


@dataclass(frozen=True, slots=True)
class Trending:
    """The straight line through the periods' figures: `slope` per `grain`, `fit` is R² (0 to 1).

    `steadiness` is the part of the steps that go the line's way.
    """

    selection: Selection
    grain: Grain
    first: Entry
    last: Entry
    low: Entry
    high: Entry
    slope: float
    fit: float
    periods: int
    steadiness: float


@dataclass(frozen=True, slots=True)
class Mover:
    """What one value of a dimension was and became."""

    name: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """How much it grew; negative: how much it fell."""
        return self.after - self.before

    @property
    def growth(self) -> float:
        """The change as a part of what it was; of nothing, it grows without bounds."""
        return self.change / self.before if self.before > 0 else inf


@dataclass(frozen=True, slots=True)
class Moved:
    """From one period to another; `parts` are the changes by dimension where there is one.

    `steps` is how many periods of `per` lie between, where the change per period was asked for.
    """

    selection: Selection
    first: Entry
    last: Entry
    parts: tuple[Mover, ...] = ()
    dimension: str = ""
    per: Grain | None = None
    steps: float = 0


@dataclass(frozen=True, slots=True)
class MoverRanking:
    """The first values of a dimension by how much they changed between two periods.

    `only`: there are no others of `groups` that went this way.
    """

    selection: Selection
    dimension: str
    highest: bool
    first: Period
    last: Period
    movers: tuple[Mover, ...]
    groups: int
    only: bool = False
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Stepped:
    """The greatest rise or fall between neighbouring periods; None where there was none."""

    selection: Selection
    grain: Grain
    rise: bool
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A change taken apart; `wanted` is the direction asked about, `months` the changes by month."""

    moved: Moved
    wanted: Literal["rise", "fall"] | None
    months: tuple[Mover, ...]

    @property
    def selection(self) -> Selection:
        """The rows of both periods."""
        return self.moved.selection
