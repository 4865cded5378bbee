"""All that a connection has heard, in order: any number of readers follow it, each at its own place."""

import asyncio
from dataclasses import dataclass

from threadcast_client.contract import AnyFrame
from threadcast_client.errors import ClientError, ConnectionLost, TimedOut

__all__ = ["Deadline", "Heard"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when `what` is waited for; made inside the event loop that waits."""

    what: str
    timeout_s: float
    at_loop_s: float

    @classmethod
    def after(cls, timeout_s: float, what: str) -> "Deadline":
        """Return the deadline `timeout_s` seconds from now."""
        return cls(what, timeout_s, asyncio.get_running_loop().time() + timeout_s)


class Heard:
    """A growing list of frames, and whether more can come.

    Attributes:
        frames: Every frame since the first connect, reconnects included.
    """

    def __init__(self) -> None:
        self.frames: list[AnyFrame] = []
        self._over: ClientError | None = ConnectionLost(None, "not connected yet")
        self._news = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether no more frames can come before a reconnect."""
        return self._over is not None

    def begin(self) -> None:
        """Say that a socket is open: from here on readers wait."""
        self._over = None

    def add(self, frame: AnyFrame) -> None:
        """Append a frame and wake every reader."""
        self.frames.append(frame)
        self._wake()

    def end(self, why: ClientError) -> None:
        """Say that no more will come: readers that have read all get `why` raised."""
        self._over = why
        self._wake()

    async def at(self, index: int, deadline: Deadline) -> AnyFrame:
        """Return the frame at a place, as soon as it is there.

        Raises:
            TimedOut: It did not come in time.
            ConnectionLost: The connection ended before it.
            BadFrame: What came there was no frame.
        """
        while index >= len(self.frames):
            if self._over is not None:
                raise self._over.with_traceback(None)
            try:
                async with asyncio.timeout_at(deadline.at_loop_s):
                    await self._news.wait()
            except TimeoutError:
                raise TimedOut(deadline.what, deadline.timeout_s) from None
        return self.frames[index]

    def _wake(self) -> None:
        # Readers hold the event they wait on; the next wait needs one that is not set.
        self._news.set()
        self._news = asyncio.Event()
