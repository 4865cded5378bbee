"""The ports `ConnectionStore` and `UsageStore`: open connections, and what their users may ask and spend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from threadcast.domain.budget import Budget, CallUsage, MonthlyUsage

__all__ = ["Connection", "ConnectionStore", "Presence", "Quota", "SpendingState", "UsageStore"]


@dataclass(frozen=True, slots=True)
class Connection:
    """A WebSocket connection: API Gateway's id, its management endpoint, and the time of `$connect`.

    `catch_up_at` is when its client last requested a catch-up; None: never. `has_spoken` means that it has
    sent a message, so its `$connect` has returned and a 410 means that it is gone.
    """

    id: str
    user_id: str
    endpoint: str
    connected_at: datetime
    catch_up_at: datetime | None = None
    has_spoken: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """A user's token bucket and running turns, as read; `version` is None where nothing is stored.

    `tokens` were left at `refilled_at`. `running` maps the id of each running message to the end of its
    lease; a turn whose lease has expired does not count.
    """

    tokens: float
    refilled_at: datetime
    running: Mapping[str, datetime] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SpendingState:
    """What a user has used in the present month, and the user's own budget, as far as one is set."""

    used: MonthlyUsage = field(default_factory=MonthlyUsage)
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True, slots=True)
class Presence:
    """A user's open connections, oldest first, and quotas, from one consistent read.

    `quota` is None for a user without any turn. `paid_until` is the bucket of messages that open no turn, as
    a time: each message adds its cost to it, and the bucket is full again once that time has passed. None:
    never charged. `spending` is that of the present month.
    """

    connections: tuple[Connection, ...]
    quota: Quota | None
    paid_until: datetime | None = None
    spending: SpendingState = field(default_factory=SpendingState)


class ConnectionStore(Protocol):
    """The registry of open connections. Every method raises `StoreUnavailable`."""

    def add(self, connection: Connection) -> None:
        """Store a connection until `forget`, or for a little more than API Gateway's limit of two hours."""
        ...

    def forget(self, user_id: str, connection_id: str) -> None:
        """Delete a connection; nothing happens if it is not stored."""
        ...

    def presence(self, user_id: str) -> Presence:
        """Return the user's open connections, quotas and spending, in one strongly consistent read."""
        ...

    def charge_message(self, user_id: str, presence: Presence, now: datetime, cost_s: float) -> None:
        """Set `paid_until` to the later of itself and `now`, plus the cost; `presence` is what was read.

        Concurrent charges are all counted.
        """
        ...


class UsageStore(Protocol):
    """Counts usage by user and calendar month in UTC. Every method raises `StoreUnavailable`."""

    def spending(self, user_id: str, now: datetime) -> SpendingState:
        """Return the usage of the month of `now` and the user's own budget, in one consistent read."""
        ...

    def count(self, user_id: str, call: CallUsage, now: datetime) -> MonthlyUsage:
        """Add a call to the month of `now`, and return the month's usage with it.

        A call of a turn is counted once, however often this is called; the calls of a turn are counted in
        the order of their numbers.
        """
        ...

    def set_budget(self, user_id: str, budget: Budget) -> None:
        """Set the user's own budget; one with no limit set removes it."""
        ...
