"""Answers a get: sends a chat's present state."""

from collections.abc import Iterator
from dataclasses import replace

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.chat import ChatView
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import ChatStore, Clock, ConnectionStore, StoredChat
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
        connections: ConnectionStore,
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

        While a turn of the same user runs, only its runner knows what this connection has received: the
        answer has the running message without parts, and the runner brings the connection up to date.
        """
        yield self._retry(lambda: self._view(request, context))

    def _view(self, request: GetRequest, context: RequestContext) -> ChatView:
        stored = self._load(request, context)
        if self._closer.close_if_abandoned(stored):
            stored = self._load(request, context)
        if _is_answered_for(context, stored):
            self._connections.add(replace(context.connection, catch_up_at=self._clock.now()))
            stored = self._load(request, context)  # the turn may have ended before the runner could see it
        return stored.view_without_running_parts() if _is_answered_for(context, stored) else stored.view()

    def _load(self, request: GetRequest, context: RequestContext) -> StoredChat:
        """Load the chat; again if the turn ended between the reads of the chat and of its messages."""
        max_bytes = self._policy.history_bytes
        stored = visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        has_ended = stored.newest is not None and stored.newest.outcome is not None
        if has_ended and stored.chat.running_turn is not None:
            return visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        return stored


def _is_answered_for(context: RequestContext, stored: StoredChat) -> bool:
    """Return whether a turn runs that is delivered to this user's connections; its message is the newest."""
    running = stored.chat.running_turn
    return running is not None and running.user_id == context.user.id
