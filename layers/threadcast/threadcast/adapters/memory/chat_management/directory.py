"""`MemoryDirectory`: the users of each organisation by their verified e-mail address."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from threadcast.adapters.item_lifetimes import DIRECTORY_LIFETIME_S, expiry, has_expired
from threadcast.adapters.memory.table import MemoryTable

__all__ = ["MemoryDirectory"]


class MemoryDirectory:
    """A `Directory`; entries that have expired by `now()` are ignored."""

    def __init__(self, table: MemoryTable, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def register(self, organization_id: str, email: str, user_id: str, now: datetime) -> None:
        """Store a user's address."""
        with self._table.lock:
            self._table.directory[organization_id, email.casefold()] = (
                user_id,
                expiry(now, DIRECTORY_LIFETIME_S),
            )

    def find(self, organization_id: str, emails: Sequence[str]) -> Mapping[str, str]:
        """Return the ids of the users of these addresses."""
        now, found = self._now(), dict[str, str]()
        with self._table.lock:
            for email in emails:
                user_id, expires_at = self._table.directory.get((organization_id, email.casefold()), ("", 0))
                if user_id and not has_expired(expires_at, now):
                    found[email] = user_id
        return found
