"""Answers a get: sends a chat's present state."""

from dataclasses import replace

from threadcast.delivery.replier import Replier
from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.chat import ChatView
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import ChatStore, Clock, ConnectionStore, FrameEncoder, StoredChat
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
        replier: Replier,
        frames: FrameEncoder,
        policy: TurnPolicy,
        retry: StoreRetry,
    ) -> None:
        self._chats = chats
        self._connections = connections
        self._clock = clock
        self._closer = closer
        self._replier = replier
        self._frames = frames
        self._policy = policy
        self._retry = retry

    def get(self, request: GetRequest, context: RequestContext) -> None:
        """Send the chat to the connection that asked; raises `NotFound` or `StoreUnavailable`.

        While a turn of the same user runs, only its runner knows what this connection has received: the
        answer leaves the running message out, and the runner brings the connection up to date.
        """
        view = self._retry(lambda: self._view(request, context))
        self._replier.reply(lambda limit: self._frames.chat(view, context.address, limit), context.connection)

    def _view(self, request: GetRequest, context: RequestContext) -> ChatView:
        stored = self._load(request, context)
        if self._closer.close_if_abandoned(stored):
            stored = self._load(request, context)
        if _running_message_of(stored, context) is not None:
            self._connections.add(replace(context.connection, catch_up_at=self._clock.now()))
            stored = self._load(request, context)  # the turn may have ended before the runner could see it
        left_out = _running_message_of(stored, context)
        kept = tuple(message for message in stored.messages if message.id != left_out)
        return replace(stored, messages=kept).view()

    def _load(self, request: GetRequest, context: RequestContext) -> StoredChat:
        return visible_chat(request.chat_id, context.user, self._chats, self._policy.history_bytes)


def _running_message_of(stored: StoredChat, context: RequestContext) -> str | None:
    """Return the id of the message whose runner delivers to this user's connections; None without one."""
    running = stored.chat.running_turn
    return None if running is None or running.user_id != context.user.id else running.message_id
