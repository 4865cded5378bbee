"""Open texts, and durations in words."""

from dataclasses import dataclass, field
from datetime import timedelta

__all__ = ["StreamingPart", "duration_words"]


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
