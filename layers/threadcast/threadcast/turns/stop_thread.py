"""Answers a stop: asks the running turn to stop."""

from threadcast.delivery.replier import Replier
from threadcast.ports import ChatStore, FrameEncoder
from threadcast.turns.commands import StopRequest
from threadcast.turns.opening.target import editable_chat
from threadcast.turns.recovery.close_turn import TurnCloser
from threadcast.turns.request_context import RequestContext

__all__ = ["StopThread"]


class StopThread:
    """The use case of `/chats/stop`."""

    def __init__(self, chats: ChatStore, closer: TurnCloser, replier: Replier, frames: FrameEncoder) -> None:
        self._chats = chats
        self._closer = closer
        self._replier = replier
        self._frames = frames

    def stop(self, request: StopRequest, context: RequestContext) -> None:
        """Ask the running turn to stop; it ends with its own `complete`.

        Raises `NotFound`, `Unauthorized` or `StoreUnavailable`.
        """
        stored = editable_chat(request.chat_id, context.user, self._chats, max_bytes=1)
        is_abandoned = self._closer.is_abandoned(stored)
        stopped = not is_abandoned and self._chats.request_stop(request.chat_id, request.message_id)
        answer = self._frames.stop(request.chat_id, request.message_id, context.address, stopped=stopped)
        self._replier.reply(lambda _: answer, context.connection)
        self._closer.close_if_abandoned(stored)
