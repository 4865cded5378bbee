"""The frames that a connection has received, in order, for several concurrent readers."""

import asyncio
from dataclasses import dataclass

from threadcast_client.errors import ClientError, ConnectionLost, TimedOut
from threadcast_client.protocol.frames import AnyFrame

__all__ = ["Deadline", "ReceivedFrames"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a wait, on the clock of the running event loop.

    Attributes:
        what: What is awaited, for the error message.
        timeout_s: The timeout that the caller gave, for the error message.
        at_loop_s: The time of the event loop at which the wait ends.
    """

    what: str
    timeout_s: float
    at_loop_s: float

    @classmethod
    def after(cls, timeout_s: float, what: str) -> "Deadline":
        """Return the deadline `timeout_s` seconds from now."""
        return cls(what, timeout_s, asyncio.get_running_loop().time() + timeout_s)


class ReceivedFrames:
    """A growing list of frames that readers await by index.

    Attributes:
        frames: Every frame since the first connect, reconnects included.
    """

    def __init__(self) -> None:
        self.frames: list[AnyFrame] = []
        self._closed_by: ClientError | None = ConnectionLost(None, "not connected yet")
        self._changed = asyncio.Event()

    @property
    def is_closed(self) -> bool:
        """Whether no more frames can arrive before a reconnect."""
        return self._closed_by is not None

    def open(self) -> None:
        """Let readers wait for new frames: a socket is open."""
        self._closed_by = None

    def add(self, frame: AnyFrame) -> None:
        """Append a frame and wake every reader."""
        self.frames.append(frame)
        self._wake_readers()

    def close(self, error: ClientError) -> None:
        """End the list for now: readers that have read every frame get `error` raised."""
        self._closed_by = error
        self._wake_readers()

    async def at(self, index: int, deadline: Deadline) -> AnyFrame:
        """Return the frame with this index, as soon as it arrives.

        Raises:
            TimedOut: The frame did not arrive before the deadline.
            ConnectionLost: The connection closed first.
            BadFrame: The server sent a message that is not a JSON object.
        """
        while index >= len(self.frames):
            if self._closed_by is not None:
                raise self._closed_by.with_traceback(None)
            try:
                async with asyncio.timeout_at(deadline.at_loop_s):
                    await self._changed.wait()
            except TimeoutError:
                raise TimedOut(deadline.what, deadline.timeout_s) from None
        return self.frames[index]

    async def arrival(self, index: int) -> AnyFrame:
        """Return the frame with this index, as soon as it arrives: without a timeout, reconnects included."""
        while index >= len(self.frames):
            await self._changed.wait()
        return self.frames[index]

    def _wake_readers(self) -> None:
        # Each reader holds the event it waits on; later waits need a new one that is not set.
        self._changed.set()
        self._changed = asyncio.Event()
