"""Open texts, ids of parts, and durations in words."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from uuid import UUID, uuid5

__all__ = ["StreamingPart", "duration_words", "part_id"]


@dataclass(slots=True)
class StreamingPart:
    """An open text, kept in pieces so that a long answer costs no more per token than a short one."""

    title: str = ""
    tool: str | None = None
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text so far."""
        return "".join(self.pieces)


@lru_cache(maxsize=256)
def part_id(message_id: str, kind: str, key: str) -> str:
    """Return the UUID of a message's part; the same key always has the same id."""
    return str(uuid5(UUID(message_id), f"{kind}:{key}"))


def duration_words(duration: timedelta) -> str:
    """Return a duration in words: `0.4 seconds`, `12 seconds`, `2 minutes 5 seconds`."""
    seconds = duration.total_seconds()
    if seconds < 0.05:  # noqa: PLR2004 - what rounds to nothing
        return "less than 0.1 seconds"
    if seconds < 9.95:  # noqa: PLR2004 - tenths matter below ten seconds, where one decimal rounds
        return f"{seconds:.1f} seconds"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} seconds"
    return f"{minutes} minute{'s' if minutes > 1 else ''} {rest} seconds"
