"""Answers a stop: asks the running turn to stop, or ends one that has no runner yet."""

import logging

from threadcast.delivery.replier import Replier
from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.message import Outcome
from threadcast.errors import StoreError
from threadcast.ports import ChatStore, FrameEncoder, StoredChat
from threadcast.turns.commands import StopRequest
from threadcast.turns.opening.target import editable_chat
from threadcast.turns.recovery.close_turn import TurnCloser
from threadcast.turns.request_context import RequestContext

__all__ = ["StopThread"]

_log = logging.getLogger(__name__)


class StopThread:
    """The use case of `/chats/stop`."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        closer: TurnCloser,
        replier: Replier,
        frames: FrameEncoder,
        retry: StoreRetry,
    ) -> None:
        self._chats = chats
        self._closer = closer
        self._replier = replier
        self._frames = frames
        self._retry = retry

    def stop(self, request: StopRequest, context: RequestContext) -> None:
        """Ask the running turn to stop; it ends with its own `complete`.

        Raises `NotFound`, `Unauthorized` or `StoreUnavailable`; nothing was sent then.
        """
        stored, stopped = self._retry(lambda: self._request_stop(request, context))
        answer = self._frames.stop(request.chat_id, request.message_id, context.address, stopped=stopped)
        self._replier.reply(lambda _: answer, context.connection)
        try:
            self._close(stored, request, context, stopped=stopped)
        except StoreError as error:  # the request has its answer; the sweeper closes the turn
            facts = {"message_id": request.message_id, "reason": type(error).__name__}
            _log.warning("turn_left_open", extra=facts)

    def _request_stop(self, request: StopRequest, context: RequestContext) -> tuple[StoredChat, bool]:
        stored = editable_chat(request.chat_id, context.user, self._chats, max_bytes=1)
        is_abandoned = self._closer.is_abandoned(stored)
        return stored, not is_abandoned and self._chats.request_stop(request.chat_id, request.message_id)

    def _close(
        self, stored: StoredChat, request: StopRequest, context: RequestContext, *, stopped: bool
    ) -> None:
        if not stopped:
            self._closer.close_if_abandoned(stored)
        elif stored.chat.running_turn is not None and stored.chat.running_turn.claim is None:
            self._closer.close_abandoned_turn(
                request.chat_id,
                request.message_id,
                asker=context.connection,
                in_doubt=None,
                never_started=True,
                outcome=Outcome("stopped"),
            )
