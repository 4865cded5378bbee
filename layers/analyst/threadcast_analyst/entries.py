"""A figure under a name."""

from dataclasses import dataclass

from threadcast.assets.columns.dates import Period

__all__ = ["Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A group's name, its figure, and the period it stands for if it stands for one."""

    name: str
    value: float
    period: Period | None = None
