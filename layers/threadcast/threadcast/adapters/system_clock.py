"""`SystemClock`: the operating system's clocks."""

import time
from datetime import UTC, datetime

__all__ = ["SystemClock"]


class SystemClock:
    """The `Clock` of every deployment."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Return the seconds since an unspecified point; the value never decreases."""
        return time.monotonic()

    def sleep(self, duration_s: float) -> None:
        """Block for `duration_s` seconds."""
        time.sleep(duration_s)
