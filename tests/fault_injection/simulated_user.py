"""A user with tabs that come and go, who tries again whenever the weather got in the way."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from tests.e2e.invariants import Frame
from tests.e2e.local_stack import Person
from tests.fault_injection.records import Tab
from threadcast_client import ClientError, TurnFailed

__all__ = ["DemoUser", "until"]

ATTEMPTS = 20
PAUSE_S = 0.3
LOOK_EVERY_S = 0.05


class DemoUser:
    """All sockets that a user ever opened are in `tabs`, the closed ones too."""

    def __init__(self, person: Person, rng: random.Random) -> None:
        self._person = person
        self._rng = rng
        self.tabs: list[Tab] = []

    async def open_tab(self) -> Tab:
        """Connect, however often it takes."""
        for _ in range(ATTEMPTS):
            try:
                tab = await Tab.open(self._person)
            except ClientError:
                await asyncio.sleep(PAUSE_S)
                continue
            self.tabs.append(tab)
            return tab
        raise AssertionError("no connection could be opened")

    async def open_one(self) -> Tab:
        """Some tab that is open; a new one if none is."""
        open_ones = [tab for tab in self.tabs if tab.is_open]
        return self._rng.choice(open_ones) if open_ones else await self.open_tab()

    async def on_some_tab(self, deed: Callable[[Tab], Awaitable[None]]) -> None:
        """Do something on an open tab; on another one if that turns out to be closed."""
        for _ in range(ATTEMPTS):
            try:
                await deed(await self.open_one())
            except ClientError:  # a tab that says goodbye still looks open
                await asyncio.sleep(PAUSE_S)
                continue
            return
        raise AssertionError("every tab was closed again")

    async def get(self, chat_id: str) -> Frame | None:
        """A chat as it is stored; None if there is none."""
        for _ in range(ATTEMPTS):
            try:
                return await (await self.open_one()).connection.get(chat_id, timeout_s=5)
            except TurnFailed as failure:
                if failure.code == "NOT_FOUND":
                    return None
            except ClientError:
                pass
            await asyncio.sleep(PAUSE_S)
        raise AssertionError("a chat could not be got")

    async def close(self) -> None:
        """Close every tab."""
        await asyncio.gather(*(tab.connection.close() for tab in self.tabs))


async def until(claim: Callable[[], bool], timeout_s: float) -> bool:
    """Wait until a claim holds; False if it did not in time."""
    deadline_s = time.monotonic() + timeout_s
    while not claim():
        if time.monotonic() > deadline_s:
            return False
        await asyncio.sleep(LOOK_EVERY_S)
    return True
