"""Answers a get: sends a chat's present state."""

from threadcast.delivery.replier import Replier
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import ChatStore, FrameEncoder
from threadcast.turns.commands import GetRequest
from threadcast.turns.opening.target import visible_chat
from threadcast.turns.recovery.close_turn import TurnCloser
from threadcast.turns.request_context import RequestContext

__all__ = ["GetChat"]


class GetChat:
    """The use case of `/chats/get`."""

    def __init__(
        self, chats: ChatStore, closer: TurnCloser, replier: Replier, frames: FrameEncoder, policy: TurnPolicy
    ) -> None:
        self._chats = chats
        self._closer = closer
        self._replier = replier
        self._frames = frames
        self._policy = policy

    def get(self, request: GetRequest, context: RequestContext) -> None:
        """Send the chat to the connection that asked; raises `NotFound` or `StoreUnavailable`."""
        max_bytes = self._policy.history_bytes
        stored = visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        if self._closer.close_if_abandoned(stored):
            stored = visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        view = stored.view()
        self._replier.reply(lambda limit: self._frames.chat(view, context.address, limit), context.connection)
