"""The port `ChatStore`: chats as they are read, and requests to stop a turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.chat import Chat, ChatView, RunningTurn
from threadcast.domain.message import Message

__all__ = ["ChatStore", "RequestRecord", "StoredChat"]


@dataclass(frozen=True, slots=True)
class StoredChat:
    """A chat as loaded; `role` is the strongest role that one of the given principals holds, None for none.

    `messages` are the newest visible ones, oldest first. `is_favorited` is the mark of the user among the
    principals.
    """

    chat: Chat
    messages: tuple[Message, ...]
    role: Role | None
    grants: tuple[Grant, ...] = ()
    is_favorited: bool = False

    @property
    def newest(self) -> Message | None:
        """The newest visible message; None if there is none."""
        return self.messages[-1] if self.messages else None

    def view(self, role: Role | None = None) -> ChatView:
        """Return the chat as a user with this role sees it, by default with the role it was loaded for."""
        role = role or self.role or Role.CAN_VIEW
        return ChatView(self.chat, self.messages, role, self.grants, self.is_favorited)

    def find(self, message_id: str) -> Message | None:
        """Return one of the loaded messages; None if it is not among them."""
        return next((message for message in self.messages if message.id == message_id), None)


class RequestRecord(NamedTuple):
    """The ids of the chat and the message that a request opened, and its fingerprint (None: not known)."""

    chat_id: str
    message_id: str
    fingerprint: str | None = None


class ChatStore(Protocol):
    """Reads chats. Every read is strongly consistent. Every method raises `StoreUnavailable`."""

    def load(self, chat_id: str, principals: Sequence[Principal], *, max_bytes: int) -> StoredChat | None:
        """Return the chat with its newest visible messages: about `max_bytes` as stored, at least one.

        None if the chat does not exist, or was kept for its time. With no principals at all, neither roles
        nor that time are checked. A chat that exists and one that does not cost the same reads.
        """
        ...

    def message(self, chat_id: str, message_id: str) -> Message | None:
        """Return one of a chat's newest visible messages, at least 400; None if it is not among them."""
        ...

    def message_at(self, chat_id: str, number: int) -> Message | None:
        """Return a chat's message by its number, replaced or not, in one read; None if it does not exist."""
        ...

    def visible_message_at(self, chat_id: str, number: int) -> Message | None:
        """Return the message with this number; None if it was replaced, or does not exist."""
        ...

    def running_turn(self, chat_id: str) -> RunningTurn | None:
        """Return the running turn of a chat, in one small read; None if none runs."""
        ...

    def chats(self, chat_ids: Sequence[str]) -> dict[str, Chat]:
        """Return these chats without their messages, by id, in one small read for each."""
        ...

    def request_stop(self, chat_id: str, message_id: str) -> bool:
        """Ask the running turn to stop; False if this turn does not run."""
        ...

    def find_request(self, request_key: str, now: datetime) -> RequestRecord | None:
        """Return what a request with this key opened in the last 15 minutes; None if there was none."""
        ...
