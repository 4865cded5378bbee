"""Waits as the server asks and sends again, for scripts: nobody sits there to do it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from threadcast_client.contract import AnyFrame

__all__ = ["Patience"]


def _say_nothing(_words: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is sent that the server refuses for the moment, and how the waits are spent.

    Attributes:
        max_tries: 1: whoever asked is told, and may ask again.
        say: Gets a sentence before each wait.
        sleep: Waits so many seconds.
    """

    max_tries: int = 1
    say: Callable[[str], None] = _say_nothing
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @property
    def is_for_scripts(self) -> bool:
        """Whether nobody sits there to decide what comes next."""
        return self.max_tries > 1

    def pause_s(self, frame: AnyFrame, tries: int) -> float | None:
        """Return when to send again what was sent `tries` times, in seconds; None: this frame stands."""
        error = frame.get("error") or {}
        if error.get("code") != "TOO_MANY_REQUESTS" or tries >= self.max_tries:
            return None
        pause_s: float | None = error.get("retry_after_s")
        return pause_s

    async def wait(self, pause_s: float) -> None:
        """Say what is waited for, and wait."""
        self.say(f"Asked too fast; asking again in {pause_s:g} s …")
        await self.sleep(pause_s)
