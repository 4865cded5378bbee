"""Who connects, from where, and how much they may ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from threadcast.domain.user import User

__all__ = ["Connection", "ConnectionStore", "Presence", "Quota", "TokenVerifier"]


class TokenVerifier(Protocol):
    """Tells who a token speaks for."""

    def verify(self, token: str) -> User:
        """The user of a valid token; raises `TokenRejected`."""
        ...


@dataclass(frozen=True, slots=True)
class Connection:
    """An open socket: API Gateway's id, the management endpoint that reaches it, and since when.

    `catch_up_at` is when its client last asked to be brought up to date; None: never. One that `has_spoken`
    has sent a message, so its `$connect` has returned: a 410 means that it is gone.
    """

    id: str
    user_id: str
    endpoint: str
    connected_at: datetime
    catch_up_at: datetime | None = None
    has_spoken: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """A user's token bucket and running turns, as read; `version` is None where nothing is stored yet.

    `tokens` is what was left at `refilled_at`. `running` maps each running message's id to the end of its
    lease: past it, that turn no longer counts.
    """

    tokens: float
    refilled_at: datetime
    running: Mapping[str, datetime] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """What one consistent read of a user gives: their open connections, oldest first, and their quota.

    `quota` is None for a user who has never asked anything.
    """

    connections: tuple[Connection, ...]
    quota: Quota | None


class ConnectionStore(Protocol):
    """The registry of who listens where. Raises `StoreUnavailable`."""

    def add(self, connection: Connection) -> None:
        """Remember a connection until it is forgotten, or for a little over API Gateway's two hours."""
        ...

    def forget(self, user_id: str, connection_id: str) -> None:
        """Forget a connection; one that is not known is fine."""
        ...

    def presence(self, user_id: str) -> Presence:
        """The user's open connections and quota, read consistently."""
        ...
