"""A user who opens and loses connections, and repeats whatever an injected fault prevented."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from tests.e2e.invariants import Frame
from tests.e2e.local_stack import Person
from tests.fault_injection.records import RecordedConnection
from threadcast_client import ClientError, TurnFailed

__all__ = ["SimulatedUser", "wait_until"]

MAX_ATTEMPTS = 20
RETRY_PAUSE_S = 0.3
POLL_INTERVAL_S = 0.05
REPLY_TIMEOUT_S = 5
MAX_REPLY_TIMEOUT_S = 60
"""On an overloaded machine."""


class SimulatedUser:
    """A user with all connections that they ever opened, the closed ones included."""

    def __init__(self, person: Person, rng: random.Random) -> None:
        self._person = person
        self._rng = rng
        self.connections: list[RecordedConnection] = []

    async def connect(self) -> RecordedConnection:
        """Open a connection; fails after `MAX_ATTEMPTS`."""
        for _ in range(MAX_ATTEMPTS):
            try:
                connection = await RecordedConnection.open(self._person)
            except ClientError:
                await asyncio.sleep(RETRY_PAUSE_S)
                continue
            self.connections.append(connection)
            return connection
        raise AssertionError("no connection could be opened")

    async def open_connection(self) -> RecordedConnection:
        """Return one of the open connections; a new one if there is none."""
        open_ones = [connection for connection in self.connections if connection.is_open]
        return self._rng.choice(open_ones) if open_ones else await self.connect()

    async def on_open_connection(self, act: Callable[[RecordedConnection], Awaitable[None]]) -> None:
        """Do something on an open connection; on another one if that turns out to be closed."""
        for _ in range(MAX_ATTEMPTS):
            try:
                await act(await self.open_connection())
            except ClientError:  # a connection in its closing handshake still counts as open
                await asyncio.sleep(RETRY_PAUSE_S)
                continue
            return
        raise AssertionError("every connection was closed")

    async def get(self, chat_id: str) -> Frame | None:
        """Return a chat as it is stored; None if there is none."""
        for attempt in range(MAX_ATTEMPTS):
            try:
                connection = await self.open_connection()
                timeout_s = min(REPLY_TIMEOUT_S * 2 ** (attempt // 4), MAX_REPLY_TIMEOUT_S)
                return await connection.connection.get(chat_id, timeout_s=timeout_s)
            except TurnFailed as failure:
                if failure.code == "NOT_FOUND":
                    return None
            except ClientError:
                pass
            await asyncio.sleep(RETRY_PAUSE_S)
        raise AssertionError("no get of the chat succeeded")

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(connection.connection.close() for connection in self.connections))


async def wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Wait until a condition holds; return False if it does not within `timeout_s`."""
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline_s:
            return False
        await asyncio.sleep(POLL_INTERVAL_S)
    return True
