"""Makes posts fail and kills function processes during a fault-injection run."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from local_gateway import Gateway

__all__ = ["FaultInjector"]

MAX_ARMED: Final = 6
"""Faults that wait for their posts at a time: a slow machine makes fewer posts and gets fewer faults."""

LATE_S: Final = 3.4
"""Past the pusher's timeout of 3 s, within the second that a post may still take to arrive."""

_FAULTS: Final[tuple[tuple[str, int, dict[str, Any]], ...]] = (
    ("429", 4, {"status": 429}),
    ("500", 3, {"status": 500}),
    ("503", 2, {"status": 503}),
    ("403", 1, {"status": 403}),
    ("slow", 4, {"delay_s": 0.3}),
    ("late", 1, {"delay_s": LATE_S}),
    ("500 and dropped", 2, {"status": 500, "drops": True}),
    ("410 and dropped", 2, {"status": 410, "drops": True}),
)
"""Name, weight, and the arguments of `Gateway.fail_posts`."""

_KILLED: Final = ("RunTurnFunction", "RunTurnFunction", "PostThreadFunction", "TurnFailedFunction")


class FaultInjector:
    """Arms faults for posts during `failing_posts`, and kills processes on request."""

    def __init__(self, gateway: Gateway, rng: random.Random) -> None:
        self._gateway = gateway
        self._rng = rng
        self.armed: Counter[str] = Counter()

    def kill(self) -> None:
        """Kill all processes of one of the functions that take part in turns."""
        victim = self._rng.choice(_KILLED)
        self.armed[f"kill {victim}"] += 1
        self._gateway.kill_function(victim)

    @asynccontextmanager
    async def failing_posts(self) -> AsyncIterator[None]:
        """Arm faults until the end of the block, then clear those that no post has met."""
        arming = asyncio.create_task(self._arm_repeatedly())
        try:
            yield
        finally:
            arming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await arming
            self._gateway.clear_faults()

    async def _arm_repeatedly(self) -> None:
        names = [name for name, _, _ in _FAULTS]
        weights = [weight for _, weight, _ in _FAULTS]
        while True:
            await asyncio.sleep(self._rng.uniform(0.2, 1.2))
            if self._gateway.armed_faults >= MAX_ARMED:
                continue
            name = self._rng.choices(names, weights)[0]
            fault = next(fault for known, _, fault in _FAULTS if known == name)
            times = 1 if name in {"late", "500 and dropped", "410 and dropped"} else self._rng.randint(1, 3)
            self._gateway.fail_posts(**fault, times=times, after=self._rng.randint(0, 15))
            self.armed[name] += times
            if self.armed.total() % 50 == 0:  # used faults stay in the gateway's list until it is cleared
                self._gateway.clear_faults()
