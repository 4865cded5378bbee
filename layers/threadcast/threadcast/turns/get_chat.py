"""Answers a get: sends a chat's present state."""

from collections.abc import Iterator
from dataclasses import replace

from threadcast.delivery.store_retry import StoreRetry
from threadcast.delivery.turn_connections import TurnConnections
from threadcast.domain.chat import Chat, ChatView
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.domain.user import User
from threadcast.ports import ChatStore, Clock, StoredChat
from threadcast.turns.commands import GetRequest
from threadcast.turns.opening.target import visible_chat
from threadcast.turns.recovery.close_turn import TurnCloser
from threadcast.turns.request_context import RequestContext

__all__ = ["GetChat"]


class GetChat:
    """The use case of `/chats/get`."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        connections: TurnConnections,
        clock: Clock,
        closer: TurnCloser,
        policy: TurnPolicy,
        retry: StoreRetry,
    ) -> None:
        self._chats = chats
        self._connections = connections
        self._clock = clock
        self._closer = closer
        self._policy = policy
        self._retry = retry

    def serve(self, request: GetRequest, context: RequestContext) -> Iterator[ChatView]:
        """Yield the chat; raises `NotFound` or `StoreUnavailable`.

        While a turn runs that this connection receives, only its runner knows how much of it has arrived: the
        answer has the running message without parts, and the runner brings the connection up to date.
        """
        yield self._retry(lambda: self._view(request, context))

    def _view(self, request: GetRequest, context: RequestContext) -> ChatView:
        stored = self._load(request, context)
        if self._closer.close_if_abandoned(stored):
            stored = self._load(request, context)
        if self._subscribe(stored.chat, context):
            stored = self._load(request, context)  # the turn may have ended before the runner could see it
        is_delivered = _is_delivered_to(context.user, stored.chat)
        return stored.view_without_running_parts() if is_delivered else stored.view()

    def _subscribe(self, chat: Chat, context: RequestContext) -> bool:
        """Store that this connection needs a running turn, and whatever follows in a chat of another user.

        Return whether a turn runs that is delivered to this connection.
        """
        connection = replace(context.connection, catch_up_at=self._clock.now())
        is_delivered = _is_delivered_to(context.user, chat)
        if not self._connections.subscribe(chat, connection, context.user) and is_delivered:
            self._connections.catch_up(connection)
        return is_delivered

    def _load(self, request: GetRequest, context: RequestContext) -> StoredChat:
        """Load the chat; again if the turn ended between the reads of the chat and of its messages."""
        max_bytes = self._policy.history_bytes
        stored = visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        has_ended = stored.newest is not None and stored.newest.outcome is not None
        if has_ended and stored.chat.running_turn is not None:
            return visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        return stored


def _is_delivered_to(user: User, chat: Chat) -> bool:
    """Return whether a turn runs that is delivered to a user who has the chat open."""
    running = chat.running_turn
    return running is not None and (running.user_id == user.id or chat.shared_at is not None)
