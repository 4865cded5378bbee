"""Chats as they are read, and the fenced writes of a turn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.chat import Chat, RunningTurn
from threadcast.domain.message import Message
from threadcast.ports.people import Quota

__all__ = ["ChatStore", "Claim", "Opening", "StoredChat", "TurnStore"]


@dataclass(frozen=True, slots=True)
class StoredChat:
    """A chat as loaded: `role` is the strongest that any of the asked principals holds, None if none does.

    `messages` are the newest that were asked for, oldest first, replaced ones left out.
    """

    chat: Chat
    messages: tuple[Message, ...]
    role: Role | None
    grants: tuple[Grant, ...] = ()


class ChatStore(Protocol):
    """Chats as they are read. Every read is consistent. Raises `StoreUnavailable`."""

    def load(self, chat_id: str, principals: Sequence[Principal], *, max_bytes: int) -> StoredChat | None:
        """The chat with its newest visible messages: about `max_bytes` of them as stored, at least one.

        None if there is no such chat. A chat that exists and one that does not cost the same reads.
        """
        ...

    def message(self, chat_id: str, message_id: str) -> Message | None:
        """One visible message of a chat, however long ago it was; None if there is none."""
        ...

    def running_turn(self, chat_id: str) -> RunningTurn | None:
        """The turn that is under way in a chat, and whether it shall stop; one small read."""
        ...

    def request_stop(self, chat_id: str, message_id: str) -> bool:
        """Ask the running turn to stop; False if that turn is not running (any more)."""
        ...

    def find_request(self, request_key: str, now: datetime) -> tuple[str, str] | None:
        """The chat's and the message's id that this request has opened in the last 15 minutes, if it has."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """All that opening a turn writes, at once or not at all.

    `chat` and `quota` are as they shall stand: their `version` is 1 for a new one, else one more than was
    read. `request_key` names the request for `request_ttl_s` seconds.
    """

    chat: Chat
    message: Message
    quota: Quota
    user_id: str
    request_key: str
    request_ttl_s: int = 900


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write a turn: whoever holds a chat's present claim owns its running turn."""

    chat_id: str
    message_id: str
    user_id: str
    token: str | None


class TurnStore(Protocol):
    """The writes of a turn; each method is one call to the table, all of them fenced.

    Every method raises `StoreUnavailable`; the fenced ones raise `ClaimLost` and have then written nothing.
    """

    def open(self, opening: Opening) -> None:
        """Write chat, message, quota and request key at once.

        Raises `StaleRead` or `AlreadyOpened`; nothing was written then.
        """
        ...

    def claim(self, claim: Claim, lease_until: datetime) -> None:
        """Take a turn that nobody has claimed yet; `ClaimLost` if somebody has, or if it is over."""
        ...

    def checkpoint(self, claim: Claim, message: Message | None, lease_until: datetime) -> None:
        """Renew the lease (the quota's too) and store what was said so far; None: nothing new was said."""
        ...

    def decide(
        self, claim: Claim, chat: Chat, message: Message, *, lease_lapsed_at: datetime | None = None
    ) -> None:
        """End the turn: store the message with its outcome, the chat's new title and file, free the quota.

        With `lease_lapsed_at` it also takes an outcome from a dead runner: then `claim.token` is the one seen
        (None: unclaimed), and the lease must have lapsed by that moment.
        """
        ...

    def record_delivery(self, message: Message, untold: Collection[str], *, sent: bool) -> None:
        """Record how far the terminal frame has got; `ClaimLost` if no outcome has been decided.

        `untold` are the ids of the connections that it may still reach; `sent` means that nobody else need
        tell it, and stands once recorded.
        """
        ...
