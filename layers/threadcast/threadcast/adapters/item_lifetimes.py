"""Lifetimes of stored items, the same for every store.

DynamoDB's TTL deletes up to two days late and takes whole seconds only, so readers check `has_expired`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from threadcast.domain.chat import Chat
from threadcast.ports import Opening

__all__ = [
    "CONNECTION_LIFETIME_S",
    "DIRECTORY_LIFETIME_S",
    "KEPT_FOR_EVER",
    "QUOTA_LIFETIME_S",
    "USAGE_LIFETIME_S",
    "ChatLifetime",
    "epoch_of",
    "expired_leases",
    "expiry",
    "has_expired",
]

CONNECTION_LIFETIME_S = 7_800
"""Ten minutes above the two hours after which API Gateway closes every connection."""

QUOTA_LIFETIME_S = 7 * 24 * 3600
"""A quota that was not used for this long is full again, so it can be deleted."""

USAGE_LIFETIME_S = 35 * 24 * 3600
"""After the end of its month: a user's connections are read with it, so only two are kept."""

DIRECTORY_LIFETIME_S = 183 * 24 * 3600
"""A user who has not connected for half a year is not found any more."""

_ABANDONED_LEASE_AGE = timedelta(hours=1)
"""Lambda ends every function after 15 minutes, so no runner can renew a lease that expired an hour ago."""


@dataclass(frozen=True, slots=True)
class ChatLifetime:
    """How long a chat is kept after its last change; 0 days: for ever."""

    days: int
    now: Callable[[], datetime]

    def is_over(self, chat: Chat) -> bool:
        """Return whether users must not see the chat any more, even if it is still stored."""
        if not self.days or chat.running_turn is not None:
            return False
        return chat.updated_at + timedelta(days=self.days) <= self.now()


KEPT_FOR_EVER = ChatLifetime(0, datetime.now)


def expiry(since: datetime, lifetime_s: int) -> int:
    """Return the expiry time in epoch seconds."""
    return int(since.timestamp()) + lifetime_s


def epoch_of(expires_at: datetime | None) -> int | None:
    """Return the expiry time in epoch seconds; None: the item is kept for ever."""
    return None if expires_at is None else int(expires_at.timestamp())


def has_expired(expires_at_epoch_s: int | None, now: datetime) -> bool:
    """Return whether the time has passed, even if the item is still stored; None: it never does."""
    return expires_at_epoch_s is not None and expires_at_epoch_s <= int(now.timestamp())


def expired_leases(opening: Opening, now: datetime) -> Iterable[str]:
    """Return the ids of abandoned turns in the opening's quota: their leases expired long ago."""
    return [
        message_id
        for message_id, lease_until in opening.quota.running.items()
        if message_id != opening.message.id and lease_until + _ABANDONED_LEASE_AGE <= now
    ]
