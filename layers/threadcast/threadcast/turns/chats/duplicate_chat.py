"""Answers `/chats/duplicate`: copies a chat, or its end, to a chat of the user's own."""

from collections.abc import Iterator
from uuid import UUID, uuid5

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.chat import ChatView
from threadcast.domain.message import Message
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import Conflict, NotFound
from threadcast.ports import ChatEdits, ChatStore, Clock, IdMaker
from threadcast.turns.chats.commands import DuplicateRequest
from threadcast.turns.opening.open_turn import sender_of
from threadcast.turns.opening.target import visible_chat
from threadcast.turns.request_context import RequestContext

__all__ = ["MAX_COPIED_MESSAGES", "DuplicateChat"]

MAX_COPIED_MESSAGES = 100
_COPIES = UUID("8f4f9b0e-6a55-4d1f-9a53-3a1d2f0c9b7e")


class DuplicateChat:
    """The use case of `/chats/duplicate`."""

    def __init__(
        self,
        chats: ChatStore,
        edits: ChatEdits,
        clock: Clock,
        new_id: IdMaker,
        policy: TurnPolicy,
        retry: StoreRetry,
    ) -> None:
        self._chats = chats
        self._edits = edits
        self._clock = clock
        self._new_id = new_id
        self._policy = policy
        self._retry = retry

    def serve(self, request: DuplicateRequest, context: RequestContext) -> Iterator[ChatView]:
        """Yield the copy: the newest messages that have ended, as many as a get reads, at most 100.

        Raises `NotFound`, also for a message that is not among them, `Conflict` if no message has ended, or
        `StoreUnavailable`.
        """
        yield self._retry(lambda: self._copy(request, context))

    def _copy(self, request: DuplicateRequest, context: RequestContext) -> ChatView:
        max_bytes, now = self._policy.history_bytes, self._clock.now()
        stored = visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        ended = [message for message in stored.messages if message.outcome is not None]
        copied = _from(request.from_message, ended[-MAX_COPIED_MESSAGES:])
        if not copied:
            raise Conflict(request.chat_id)
        # The id is made of the request's key, so that a duplicate of the request makes no second copy.
        id_ = str(uuid5(_COPIES, context.request_key))
        chat = stored.chat.copy(id_, sender_of(context.user), now, len(copied))
        messages = [message.copy(self._new_id(), id_, number) for number, message in enumerate(copied, 1)]
        self._edits.copy(chat, messages)
        return visible_chat(id_, context.user, self._chats, max_bytes).view()


def _from(message_id: str | None, messages: list[Message]) -> list[Message]:
    if message_id is None:
        return messages
    for index, message in enumerate(messages):
        if message.id == message_id:
            return messages[index:]
    raise NotFound("Message")
