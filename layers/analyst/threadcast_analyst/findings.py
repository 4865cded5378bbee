"""What computing found, ready to be put in words. Every figure is in the measure's own unit."""

from dataclasses import dataclass

from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.computing.selection import Selection
from threadcast_analyst.entries import Entry
from threadcast_analyst.movements import (
    Explained,
    Moved,
    Mover,
    MoverRanking,
    Stepped,
    Trending,
)
from threadcast_analyst.series import Condition, Key

__all__ = [
    "Answered",
    "Breakdowns",
    "Compared",
    "Contrasted",
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
    "Moving",
    "Outlying",
    "Ranking",
    "Satisfied",
    "Seasonal",
    "Shares",
    "Stepped",
    "Streaked",
    "Summed",
    "Tallied",
    "Trending",
]


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
    """How many rows, or groups of `key`, of `of_all`; `names` are those of a dimension's groups."""

    selection: Selection
    key: Key | None
    count: int
    of_all: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Satisfied:
    """The groups of `key` that meet a condition, of `groups`."""

    selection: Selection
    condition: Condition
    key: Key
    entries: tuple[Entry, ...]
    groups: int


@dataclass(frozen=True, slots=True)
class Tallied:
    """How many periods of `grain` meet a condition, by periods of `per`, in the order of time."""

    selection: Selection
    condition: Condition
    grain: Grain
    per: Grain
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Streaked:
    """The longest run of `length` periods that meet a condition; 0: none does. `others` are as long."""

    selection: Selection
    condition: Condition
    grain: Grain
    length: int
    period: Period | None
    others: int
    periods: int
    step: int = 1
    of_steps: bool = False


@dataclass(frozen=True, slots=True)
class Moving:
    """The periods of `grain` that rose (or fell) from the one before, of `steps`; `rise` None: all of them.

    Each is told by what it was before and became.
    """

    selection: Selection
    grain: Grain
    rise: bool | None
    entries: tuple[Mover, ...]
    steps: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first of `groups` groups, from the highest or the lowest; `mean` is that of all groups.

    `first_place` is the rank of the first entry; `tied` others have the same figure as the last one.
    """

    selection: Selection
    key: Key
    highest: bool
    entries: tuple[Entry, ...]
    groups: int
    mean: float
    first_place: int = 1
    tied: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """Every group; `left_out` of them are too many to list. `average_per`: what a period has of each."""

    selection: Selection
    key: Key
    entries: tuple[Entry, ...]
    left_out: int
    average_per: Grain | None = None


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
class Contrasted:
    """Parts of the year beside each other, the highest first, in `years` years."""

    selection: Selection
    entries: tuple[Entry, ...]
    years: int


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


Answered = (
    Summed
    | Middle
    | Counted
    | Satisfied
    | Streaked
    | Tallied
    | Ranking
    | Breakdowns
    | Trending
    | Moved
    | Moving
    | MoverRanking
    | Stepped
    | Compared
    | Contrasted
    | Shares
    | Correlated
    | Outlying
    | Seasonal
    | Explained
)

Finding = Impossible | Answered
