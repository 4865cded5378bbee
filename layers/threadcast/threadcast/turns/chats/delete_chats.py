"""Answers `/chats/delete`: hides chats at once; the sweep erases them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from threadcast.domain.access import Role, principals_of
from threadcast.domain.user import User
from threadcast.errors import NotFound, Unauthorized
from threadcast.ports import ChatEdits, ChatStore, Clock, StoredChat
from threadcast.turns.chats.commands import DeleteRequest
from threadcast.turns.chats.stale_reads import StaleReadRetry
from threadcast.turns.request_context import RequestContext

__all__ = ["ChatsDeleted", "DeleteChats"]


@dataclass(frozen=True, slots=True)
class ChatsDeleted:
    """The ids of chats that nobody sees any more."""

    chat_ids: tuple[str, ...]


class DeleteChats:
    """The use case of `/chats/delete`."""

    def __init__(self, chats: ChatStore, edits: ChatEdits, clock: Clock, retry: StaleReadRetry) -> None:
        self._chats = chats
        self._edits = edits
        self._clock = clock
        self._retry = retry

    def serve(self, request: DeleteRequest, context: RequestContext) -> Iterator[ChatsDeleted]:
        """Hide the chats, ask their turns to stop, and yield their ids.

        Raises `NotFound` or `Unauthorized` before anything is changed, or `StoreUnavailable`. A request that
        is repeated before the chats are erased succeeds again.
        """
        for chat_id in request.chat_ids:
            self._retry(partial(self._deletable, chat_id, context.user))
        for chat_id in request.chat_ids:
            self._retry(partial(self._delete, chat_id, context.user))
        yield ChatsDeleted(request.chat_ids)

    def _delete(self, chat_id: str, user: User) -> None:
        chat = self._deletable(chat_id, user).chat
        if chat.deleted_at is None:
            self._edits.change(chat.delete(self._clock.now()))

    def _deletable(self, chat_id: str, user: User) -> StoredChat:
        """Return a chat that the user may delete, deleted before or not."""
        stored = self._chats.load(chat_id, principals_of(user), max_bytes=1)
        if stored is None or stored.role is None:
            raise NotFound("Chat")
        if not stored.role.includes(Role.FULL_ACCESS):
            if stored.chat.deleted_at is not None:
                raise NotFound("Chat")
            raise Unauthorized("You may see this chat but not delete it")
        return stored
