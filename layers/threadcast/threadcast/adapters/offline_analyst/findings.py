"""What computing found, ready to be put in words. Every figure is in the measure's own unit."""

from dataclasses import dataclass
from typing import Literal

from threadcast.adapters.offline_analyst.computing.selection import Selection
from threadcast.adapters.offline_analyst.intents import Key
from threadcast.asset_types.times import Grain, Period

__all__ = [
    "Answered",
    "Breakdowns",
    "Compared",
    "Correlated",
    "Counted",
    "Entry",
    "Explained",
    "Finding",
    "Impossible",
    "Middle",
    "Moved",
    "Mover",
    "MoverRanking",
    "Outlying",
    "Ranking",
    "Seasonal",
    "Shares",
    "Stepped",
    "Summed",
    "Trending",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A group's name, its figure, and the period it stands for if it stands for one."""

    name: str
    value: float
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Impossible:
    """It cannot be computed; `reason` is a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Summed:
    """All of it together; `parts` by dimension where there is one, `latest` for what adds up over no time."""

    selection: Selection
    value: float
    parts: tuple[Entry, ...]
    latest: Entry | None


@dataclass(frozen=True, slots=True)
class Middle:
    """The mean or the median of `count` figures, one per period of `grain` (None: one per row)."""

    selection: Selection
    kind: str
    value: float
    low: Entry
    high: Entry
    count: int
    grain: Grain | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows of `of_all`; the selection holds these, or with `above_zero` those of them that are."""

    selection: Selection
    rows: int
    of_all: int
    above_zero: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first of `groups` groups, from the highest or the lowest; `whole` is the mean of all groups."""

    selection: Selection
    key: Key
    highest: bool
    entries: tuple[Entry, ...]
    groups: int
    mean: float


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """Every group; `left_out` of them are too many to list."""

    selection: Selection
    key: Key
    entries: tuple[Entry, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Trending:
    """The straight line through the periods' figures: `slope` per period, `fit` is R² (0 to 1)."""

    selection: Selection
    grain: Grain
    first: Entry
    last: Entry
    low: Entry
    high: Entry
    slope: float
    fit: float
    periods: int


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


@dataclass(frozen=True, slots=True)
class Moved:
    """From one period to another; `parts` are the changes by dimension where there is one."""

    selection: Selection
    first: Entry
    last: Entry
    parts: tuple[Mover, ...] = ()
    dimension: str = ""


@dataclass(frozen=True, slots=True)
class MoverRanking:
    """The first values of a dimension by how much they changed between two periods."""

    selection: Selection
    dimension: str
    highest: bool
    first: Period
    last: Period
    movers: tuple[Mover, ...]
    groups: int


@dataclass(frozen=True, slots=True)
class Stepped:
    """The greatest rise or fall between neighbouring periods; None where there was none."""

    selection: Selection
    grain: Grain
    rise: bool
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Values of a dimension beside each other, the highest first.

    `leads` counts the periods that each was ahead in; `takeover` is who is ahead now, and since when.
    """

    selection: Selection
    dimension: str
    entries: tuple[Entry, ...]
    leads: tuple[tuple[str, int], ...]
    periods: int
    takeover: Entry | None


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of the whole; if certain values were asked for, their ratio in the first and last period too."""

    selection: Selection
    dimension: str
    whole: float
    entries: tuple[Entry, ...]
    is_of_some: bool
    first: Entry | None
    last: Entry | None


@dataclass(frozen=True, slots=True)
class Correlated:
    """Pearson's r of two series over the periods that both have; no other rows are in the selections."""

    selection: Selection
    other: Selection
    r: float
    periods: int
    grain: Grain


@dataclass(frozen=True, slots=True)
class Outlying:
    """What lies beyond Tukey's fences, farthest first: `count` of `groups`, the first as `entries`."""

    selection: Selection
    grain: Grain | None
    low_fence: float
    high_fence: float
    entries: tuple[Entry, ...]
    count: int
    groups: int


@dataclass(frozen=True, slots=True)
class Seasonal:
    """What each month of the year amounts to on average, from January."""

    selection: Selection
    entries: tuple[Entry, ...]
    years: int


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


Answered = (
    Summed
    | Middle
    | Counted
    | Ranking
    | Breakdowns
    | Trending
    | Moved
    | MoverRanking
    | Stepped
    | Compared
    | Shares
    | Correlated
    | Outlying
    | Seasonal
    | Explained
)

Finding = Impossible | Answered
