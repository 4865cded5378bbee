"""The primary keys of the table's items, and their order within a partition."""

from typing import NamedTuple
from zlib import crc32

from threadcast.domain.access import Principal

__all__ = [
    "ABOVE_ROLES",
    "ASSETS",
    "CHAT",
    "CHAT_ITEM",
    "CONNECTION",
    "DELETED",
    "EVERYTHING",
    "INDEX",
    "LAST_CALL",
    "LEASE",
    "PRESENCE",
    "ROLES_AND_VIEWERS",
    "UNFINISHED",
    "USAGE",
    "USER",
    "Key",
    "asset",
    "asset_rows",
    "budget",
    "chat",
    "chat_in",
    "connection",
    "directory",
    "directory_entry",
    "feedback",
    "feedback_by",
    "feedback_on",
    "made_metrics",
    "message",
    "message_number",
    "principal_of",
    "rate",
    "request",
    "request_key",
    "role",
    "shared",
    "unfinished",
    "usage",
    "user_partition",
    "viewer",
    "viewer_of",
    "visible_asset",
    "visible_assets",
]

INDEX = "chats_by_user"
"""The global secondary index over `gsi1pk` and `gsi1sk`: a user's chats by time, all assets, and more."""

UNFINISHED = tuple(f"UNFINISHED#{shard}" for shard in range(8))
"""The index partitions of unfinished turns: several, since one takes 1,000 writes a second."""

DELETED = "DELETED"
"""The index partition of the chats that users have deleted, until they are erased."""

ASSETS = "ASSETS"
"""The index partition of all assets; no user's partition (`USER#…`) can have this name."""

LEASE = "lease#"
"""Prefix of the attributes of a `RATE` item that each hold the lease of a running turn."""

ABOVE_ROLES = "ROLE$"
"""Sorts after all `ROLE#…`, which sort after all `MSG#…`: a backward read from here finds roles first."""

PRESENCE = ("BUDGET", "RATE")
"""The range of sort keys, in a user's partition, of the user's budget, usage, connections and quota.

The former release reads from `CONN#` to `RATE` and takes everything else in there for a connection.
"""

LAST_CALL = "turn#"
"""Prefix of the attributes of a month's usage that each hold the number of a turn's last counted call."""

ROLES_AND_VIEWERS = ("ROLE#", "VIEWER$")
"""The range of sort keys, in a chat's partition, of its roles and then of its viewers."""

USER = "USER#"
"""Prefix of the partitions of users, and of the index partitions of their chats."""

CHAT = "CHAT#"
"""Prefix of the partitions of chats."""

CHAT_ITEM = "CHAT"
"""The sort key of a chat's own item, in its partition."""

CONNECTION = "CONN#"
"""Prefix of the sort keys of a user's open connections."""

EVERYTHING = (" ", "~")
"""The range of all sort keys: each begins with a letter."""

USAGE = "BUDGET#"
"""Prefix of the sort keys of a user's usage by month."""

_DIRECTORY = "DIRECTORY#"
_EMAIL = "EMAIL#"
_FEEDBACK = "FEEDBACK#"
_MESSAGE = "MSG#"
_ROLE = "ROLE#"
_REQUEST = "REQUEST#"
_VIEWER = "VIEWER#"


class Key(NamedTuple):
    """A primary key."""

    pk: str
    sk: str


def user_partition(user_id: str) -> str:
    """Return the partition of a user's items; also the index partition of the user's chats."""
    return f"{USER}{user_id}"


def connection(user_id: str, connection_id: str) -> Key:
    """Return the key of a user's open connection."""
    return Key(user_partition(user_id), f"{CONNECTION}{connection_id}")


def rate(user_id: str) -> Key:
    """Return the key of a user's quota."""
    return Key(user_partition(user_id), "RATE")


def budget(user_id: str) -> Key:
    """Return the key of the budget that an operator has set for a user."""
    return Key(user_partition(user_id), "BUDGET")


def usage(user_id: str, month: str) -> Key:
    """Return the key of a user's usage in a month, such as `2026-03`."""
    return Key(user_partition(user_id), f"{USAGE}{month}")


def made_metrics(user_id: str) -> Key:
    """Return the key of the metrics that agents have made for a user; no read of the quota returns it."""
    return Key(user_partition(user_id), "SAVED_METRICS")


def chat(chat_id: str) -> Key:
    """Return the key of a chat; its messages and roles are in the same partition."""
    return Key(f"{CHAT}{chat_id}", CHAT_ITEM)


def chat_in(partition: str) -> str:
    """Return the id of the chat whose partition this is."""
    return partition.removeprefix(CHAT)


def feedback(chat_id: str, number: int, user_id: str) -> Key:
    """Return the key of a user's feedback on a message."""
    return Key(f"{CHAT}{chat_id}", f"{_FEEDBACK}{number:010d}#{user_id}")


def feedback_by(sort_key: str) -> tuple[int, str] | None:
    """Return the message's number and the user's id in the sort key of feedback; None for another item."""
    rest = sort_key.removeprefix(_FEEDBACK)
    number, _, user_id = rest.partition("#")
    return (int(number), user_id) if rest != sort_key else None


def feedback_on(asset_id: str) -> str:
    """Return the index partition of the feedback on answers about an asset."""
    return f"{_FEEDBACK}{asset_id}"


def shared(principal: Principal) -> str:
    """Return the index partition of the roles on chats that a principal was granted."""
    return f"SHARED#{principal}"


def directory(organization_id: str, email: str) -> Key:
    """Return the key of a user's address in the directory of an organisation."""
    return Key(f"{_DIRECTORY}{organization_id}", f"{_EMAIL}{email.casefold()}")


def directory_entry(key: Key) -> tuple[str, str]:
    """Return the organisation and the address in the key of a directory's entry."""
    return key.pk.removeprefix(_DIRECTORY), key.sk.removeprefix(_EMAIL)


def message(chat_id: str, number: int) -> Key:
    """Return the key of a message; ten digits, so that keys sort in the order of the numbers."""
    return Key(f"{CHAT}{chat_id}", f"{_MESSAGE}{number:010d}")


def message_number(sort_key: str) -> int | None:
    """Return the number in a message's sort key; None for the sort key of another item."""
    number = sort_key.removeprefix(_MESSAGE)
    return int(number) if number != sort_key else None


def request(request_key: str) -> Key:
    """Return the key of a request that has opened a turn."""
    return Key(f"{_REQUEST}{request_key}", "REQUEST")


def request_key(partition: str) -> str:
    """Return the request's key in the partition of its item."""
    return partition.removeprefix(_REQUEST)


def asset(asset_id: str) -> Key:
    """Return the key of an asset; its rows have items of their own."""
    return Key(f"ASSET#{asset_id}", "ASSET")


def asset_rows(asset_id: str, generation: str, chunk: int) -> Key:
    """Return the key of one chunk of an asset's rows; all chunks of one `save` share a generation id."""
    return Key(f"ASSET#{asset_id}", f"DATA#{generation}#{chunk:04d}")


def role(of: Key, principal: Principal) -> Key:
    """Return the key of a principal's role on a chat or an asset."""
    return Key(of.pk, f"{_ROLE}{principal}")


def viewer(chat_id: str, connection_id: str) -> Key:
    """Return the key of a connection that has a chat open."""
    return Key(f"{CHAT}{chat_id}", f"{_VIEWER}{connection_id}")


def viewer_of(sort_key: str) -> str | None:
    """Return the connection's id in a viewer's sort key; None for the sort key of another item."""
    connection_id = sort_key.removeprefix(_VIEWER)
    return connection_id if connection_id != sort_key else None


def unfinished(message_id: str) -> str:
    """Return the index partition of a turn that has not ended."""
    return UNFINISHED[crc32(message_id.encode()) % len(UNFINISHED)]


def visible_assets(principal: Principal) -> str:
    """Return the index partition of the roles that a principal holds on assets."""
    return f"{ASSETS}#{principal}"


def visible_asset(asset_type: str, updated_at: str, asset_id: str) -> str:
    """Return the place of a role on an asset in its index partition: by type, then by the last edit."""
    return f"{asset_type}#{updated_at}#{asset_id}"


def principal_of(sort_key: str) -> Principal | None:
    """Return the principal in a role's sort key; None for the sort key of another item."""
    if not sort_key.startswith(_ROLE):
        return None
    kind, _, holder = sort_key.removeprefix(_ROLE).partition("#")
    return Principal("org" if kind == "org" else "user", holder)
