"""The port `PersonalDataStore`: everything that is stored about one user, and its erasure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from threadcast.domain.asset import Asset
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message

__all__ = ["PersonalData", "PersonalDataStore"]


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is stored about a user.

    `chats` and `assets` are those that the user owns; `message_count` is how many messages the chats have.
    `messages` are those that the user has sent in chats of others. `chat_roles` and `asset_roles` are the ids
    of the chats and assets of others on which the user holds a role. `requests` are the keys of the requests
    that the user has sent, and of those that opened a message in the user's chats. `feedback` are the chat
    and the number of each message in chats of others on which the user has given feedback,
    `addresses` the organisation and the address of each entry of a directory, `open_chats` the chat and the
    connection of each chat of others that the user has open. `spending` names the months of usage and the
    budget that are stored.
    """

    user_id: str
    connections: tuple[str, ...] = ()
    has_quota: bool = False
    chats: tuple[Chat, ...] = ()
    message_count: int = 0
    messages: tuple[Message, ...] = ()
    chat_roles: tuple[str, ...] = ()
    asset_roles: tuple[str, ...] = ()
    assets: tuple[Asset, ...] = ()
    requests: tuple[str, ...] = ()
    feedback: tuple[tuple[str, int], ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()
    open_chats: tuple[tuple[str, str], ...] = ()
    spending: tuple[str, ...] = ()

    def counts(self) -> Mapping[str, int]:
        """Return how many there are of each."""
        return {
            "connections": len(self.connections),
            "quotas": int(self.has_quota),
            "chats": len(self.chats),
            "messages": self.message_count,
            "messages in chats of others": len(self.messages),
            "roles": len(self.chat_roles) + len(self.asset_roles),
            "assets": len(self.assets),
            "requests": len(self.requests),
            "feedback": len(self.feedback),
            "addresses": len(self.addresses),
            "open chats": len(self.open_chats),
            "budgets and months of usage": len(self.spending),
        }


class PersonalDataStore(Protocol):
    """Finds and erases what is stored about a user. Every method raises `StoreUnavailable`."""

    def find(self, user_id: str) -> PersonalData:
        """Return everything that is stored about a user, by reading the whole table."""
        ...

    def erase(self, data: PersonalData) -> None:
        """Erase all of it: messages in chats of others are redacted, everything else is deleted.

        An erasure that fails half way can be repeated.
        """
        ...

    def mentions(self, user_id: str) -> int:
        """Return how many items contain the user's id anywhere, by reading the whole table.

        It shares no rule with `find`, so it verifies an erasure. Rows of assets are not read.
        """
        ...
