"""Retry requests that the server refuses with `TOO_MANY_REQUESTS`, for scripts that run unattended."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from threadcast_client.protocol.frames import AnyFrame

__all__ = ["RateLimitRetry"]


def _report_nothing(_message: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class RateLimitRetry:
    """How often a request is sent that the server refuses temporarily, and how to wait in between.

    Attributes:
        max_attempts: 1 disables retries: the refusal is shown to the user.
        report: Receives a message before each wait.
        sleep: Waits for a number of seconds.
    """

    max_attempts: int = 1
    report: Callable[[str], None] = _report_nothing
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @property
    def is_enabled(self) -> bool:
        """Whether any request is sent more than once."""
        return self.max_attempts > 1

    def delay_s(self, frame: AnyFrame, attempts: int) -> float | None:
        """Return the delay before the next attempt, after `attempts` of them; None if `frame` is final."""
        error = frame.get("error") or {}
        if error.get("code") != "TOO_MANY_REQUESTS" or attempts >= self.max_attempts:
            return None
        delay_s: float | None = error.get("retry_after_s")
        return delay_s

    async def wait(self, delay_s: float) -> None:
        """Report the delay and wait."""
        self.report(f"Too many requests; retrying in {delay_s:g} s …")
        await self.sleep(delay_s)
