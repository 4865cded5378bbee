"""What computing found, ready to be put in words. Every figure is in the measure's own unit."""

from dataclasses import dataclass

from threadcast.adapters.offline_analyst.computing.selection import Selection
from threadcast.adapters.offline_analyst.intents import Key
from threadcast.asset_types.times import Grain, Period

__all__ = [
    "Breakdowns",
    "Compared",
    "Counted",
    "Entry",
    "Finding",
    "Impossible",
    "Middle",
    "Moved",
    "Mover",
    "MoverRanking",
    "Ranking",
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
    """How many rows, and how many days among them."""

    selection: Selection
    rows: int
    days: int
    of_all: int


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
    """Values of a dimension beside each other, from the highest; `leads` counts periods won by each."""

    selection: Selection
    dimension: str
    entries: tuple[Entry, ...]
    leads: tuple[tuple[str, int], ...]
    periods: int


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of the whole; for named values also at the first and the last period."""

    selection: Selection
    dimension: str
    whole: float
    entries: tuple[Entry, ...]
    first: Entry | None
    last: Entry | None


Finding = (
    Impossible
    | Summed
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
)
