"""`DynamoDirectory`: the users of each organisation by their verified e-mail address."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import put
from threadcast.adapters.item_lifetimes import DIRECTORY_LIFETIME_S, expiry, has_expired

__all__ = ["DynamoDirectory"]


class DynamoDirectory:
    """A `Directory`; entries that have expired by `now()` are ignored while still stored."""

    def __init__(self, table: DynamoTable, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def register(self, organization_id: str, email: str, user_id: str, now: datetime) -> None:
        """Store a user's address."""
        key = keys.directory(organization_id, email)
        self._table.write(put(key, {"user_id": user_id, "expires_at": expiry(now, DIRECTORY_LIFETIME_S)}))

    def find(self, organization_id: str, emails: Sequence[str]) -> Mapping[str, str]:
        """Return the ids of the users of these addresses, in one read."""
        wanted = {email: keys.directory(organization_id, email) for email in emails}
        found, now = self._table.get_many(wanted.values()), self._now()
        return {
            email: found[key]["user_id"]
            for email, key in wanted.items()
            if key in found and not has_expired(found[key]["expires_at"], now)
        }
