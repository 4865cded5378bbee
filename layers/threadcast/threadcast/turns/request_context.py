"""Who sent a message, and over which connection."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from threadcast.domain.address import Address
from threadcast.domain.message import ReplyMetadata
from threadcast.domain.user import User
from threadcast.ports import Connection, Presence

__all__ = ["RequestContext"]


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who sent a message, over which connection, and what its answers repeat of it.

    `request_key` is the same for every delivery of the same message. `remaining_s` returns for how long the
    process may still work on the request, in seconds. `presence` are the user's connections and quotas, as
    read when the message was admitted.
    """

    user: User
    connection: Connection
    echo: ReplyMetadata
    request_key: str
    remaining_s: Callable[[], float] = lambda: math.inf
    presence: Presence | None = None

    @property
    def address(self) -> Address:
        """What a frame repeats before any turn is opened."""
        return Address(self.echo.route, self.echo.request_id)
