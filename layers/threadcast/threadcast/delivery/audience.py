"""The audience of a turn, as its run loop and its terminal delivery see it."""

from collections.abc import Collection
from typing import Protocol

from threadcast.delivery.post_gate import PostGate

__all__ = ["Audience"]


class Audience(Protocol):
    """Everything that receives a turn: the connections of a user, or the reader of an iterator."""

    @property
    def gate(self) -> PostGate:
        """What decides whether a post may start."""
        ...

    @property
    def listeners(self) -> int:
        """The number of receivers that are not known to be gone."""
        ...

    def refresh(self) -> bool:
        """Read who receives the turn now, and bring new connections up to date; False if that failed."""
        ...

    def wait_until_delivered(self, timeout_s: float) -> bool:
        """Wait until all have received everything published so far; False after `timeout_s` seconds."""
        ...

    def undelivered(self) -> frozenset[str]:
        """Return the ids of the connections that have not received everything published so far."""
        ...

    def keep_listed(self, listed: Collection[str]) -> None:
        """Stop delivery to connections that are not listed any more: their clients have left."""
        ...
