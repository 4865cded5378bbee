"""Answers a get: sends a chat's present state."""

from threadcast.delivery.replier import Replier
from threadcast.domain.commands import GetRequest
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import ChatStore
from threadcast.protocol.frames import chat_frame
from threadcast.turns.opening.target import visible_chat
from threadcast.turns.recovery.close_turn import TurnCloser
from threadcast.turns.request_context import RequestContext

__all__ = ["GetChat"]


class GetChat:
    """The use case of `/chats/get`."""

    def __init__(self, chats: ChatStore, closer: TurnCloser, replier: Replier, policy: TurnPolicy) -> None:
        self._chats = chats
        self._closer = closer
        self._replier = replier
        self._policy = policy

    def get(self, request: GetRequest, context: RequestContext) -> None:
        """Send the chat to the connection that asked; raises `NotFound` or `StoreUnavailable`."""
        max_bytes = self._policy.history_bytes
        stored = visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        if self._closer.close_if_abandoned(stored):
            stored = visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        view = stored.view()
        self._replier.reply(lambda limit: chat_frame(view, context.address, limit), context.connection)
