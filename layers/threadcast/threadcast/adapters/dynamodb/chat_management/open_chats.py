"""`DynamoOpenChats`: which connections have which shared chat open."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import grant_of
from threadcast.adapters.dynamodb.sdk.error_translation import ConditionFailed
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import put, update
from threadcast.adapters.item_lifetimes import CONNECTION_LIFETIME_S, expiry, has_expired
from threadcast.adapters.json_documents import from_document, to_document
from threadcast.domain.access import Principal
from threadcast.domain.user import User
from threadcast.ports import Connection

__all__ = ["DynamoOpenChats"]


class DynamoOpenChats:
    """An `OpenChats`; what has expired by `now()` is ignored while still stored."""

    def __init__(self, table: DynamoTable, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def open(self, chat_id: str, connection: Connection, user: User) -> None:
        """Store that this connection of the user has the chat open."""
        values = {
            **to_document(connection),
            "organization_id": user.organization_id,
            "expires_at": expiry(connection.connected_at, CONNECTION_LIFETIME_S),
        }
        self._table.write(put(keys.viewer(chat_id, connection.id), values))

    def close(self, chat_id: str, connection_id: str) -> None:
        """Let the item expire: no function that runs turns may delete items of chats."""
        expire = update(
            keys.viewer(chat_id, connection_id),
            "SET expires_at = :past",
            condition="attribute_exists(pk)",
            expression_values={"past": 0},
        )
        with suppress(ConditionFailed):  # it was not open
            self._table.write(expire)

    def viewers(self, chat_id: str) -> tuple[Connection, ...]:
        """Return the connections that have the chat open and whose user holds a role on it."""
        now, holders = self._now(), set[Principal]()
        found: list[Connection] = []
        # The roles come first.
        for values in self._table.query(keys.chat(chat_id).pk, keys.ROLES_AND_VIEWERS):
            if (grant := grant_of(values)) is not None:
                holders.add(grant.principal)
            elif "connected_at" in values and not has_expired(values["expires_at"], now):
                of_user = {Principal("user", values["user_id"])}
                if "organization_id" in values:
                    of_user.add(Principal("org", values["organization_id"]))
                if of_user & holders:
                    found.append(from_document(Connection, values))
        return tuple(sorted(found, key=lambda each: (each.connected_at, each.id)))
