"""The keys of the one table: who lies in which partition, and in what order."""

from typing import NamedTuple

from threadcast.domain.access import Principal

__all__ = [
    "ABOVE_ROLES",
    "ASSETS",
    "CONNECTIONS_AND_RATE",
    "INDEX",
    "LEASE",
    "Key",
    "asset",
    "asset_rows",
    "chat",
    "connection",
    "message",
    "message_number",
    "principal_of",
    "rate",
    "request",
    "role",
    "user_partition",
]

INDEX = "chats_by_user"
"""The global secondary index over `gsi1pk` and `gsi1sk`: a user's chats by time, and all assets."""

ASSETS = "ASSETS"
"""The index partition in which all assets lie; no user's (`USER#…`) can be of that name."""

LEASE = "lease#"
"""What the names of the attributes start with that hold a running turn's lease in a `RATE` item."""

ABOVE_ROLES = "ROLE$"
"""Sorts after all `ROLE#…`, which sort after all `MSG#…`: from here down lie the roles, then the messages."""

CONNECTIONS_AND_RATE = ("CONN#", "RATE")
"""The range of sort keys in a user's partition that holds their connections and their quota."""

_MESSAGE = "MSG#"
_ROLE = "ROLE#"


class Key(NamedTuple):
    """A primary key."""

    pk: str
    sk: str


def user_partition(user_id: str) -> str:
    """The partition of everything that is kept per user; also the index partition of their chats."""
    return f"USER#{user_id}"


def connection(user_id: str, connection_id: str) -> Key:
    """An open connection of a user."""
    return Key(user_partition(user_id), f"CONN#{connection_id}")


def rate(user_id: str) -> Key:
    """A user's quota."""
    return Key(user_partition(user_id), "RATE")


def chat(chat_id: str) -> Key:
    """A chat itself; its messages and roles lie in the same partition."""
    return Key(f"CHAT#{chat_id}", "CHAT")


def message(chat_id: str, number: int) -> Key:
    """A message; ten digits, so that texts sort as the numbers do."""
    return Key(f"CHAT#{chat_id}", f"{_MESSAGE}{number:010d}")


def message_number(sort_key: str) -> int | None:
    """The number of the message with this sort key; None if the key is not a message's."""
    number = sort_key.removeprefix(_MESSAGE)
    return int(number) if number != sort_key else None


def request(request_key: str) -> Key:
    """A request that has opened a turn."""
    return Key(f"REQUEST#{request_key}", "REQUEST")


def asset(asset_id: str) -> Key:
    """An asset without its rows."""
    return Key(f"ASSET#{asset_id}", "ASSET")


def asset_rows(asset_id: str, generation: str, chunk: int) -> Key:
    """A piece of an asset's rows; all pieces of one saving share a generation."""
    return Key(f"ASSET#{asset_id}", f"DATA#{generation}#{chunk:04d}")


def role(of: Key, principal: Principal) -> Key:
    """The role that a principal holds on a chat or an asset."""
    return Key(of.pk, f"{_ROLE}{principal}")


def principal_of(sort_key: str) -> Principal | None:
    """Who holds the role of this sort key; None if the key is not a role's."""
    if not sort_key.startswith(_ROLE):
        return None
    kind, _, holder = sort_key.removeprefix(_ROLE).partition("#")
    return Principal("org" if kind == "org" else "user", holder)
