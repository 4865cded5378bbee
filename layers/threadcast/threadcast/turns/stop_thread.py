"""Answers a stop: asks the running turn to stop, or ends one that has no runner yet."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.message import Outcome
from threadcast.errors import StoreError
from threadcast.ports import ChatStore, StoredChat
from threadcast.turns.commands import StopRequest
from threadcast.turns.opening.target import editable_chat
from threadcast.turns.recovery.close_turn import TurnCloser
from threadcast.turns.request_context import RequestContext

__all__ = ["StopAnswer", "StopThread"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StopAnswer:
    """The answer to a stop; `stopped` is false where nothing was running."""

    chat_id: str
    message_id: str
    stopped: bool


class StopThread:
    """The use case of `/chats/stop`."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        closer: TurnCloser,
        retry: StoreRetry,
    ) -> None:
        self._chats = chats
        self._closer = closer
        self._retry = retry

    def serve(self, request: StopRequest, context: RequestContext) -> Iterator[StopAnswer]:
        """Ask the running turn to stop, and yield the answer; the turn ends with its own `complete`.

        Raises `NotFound`, `Unauthorized` or `StoreUnavailable` before the answer.
        """
        stored, stopped = self._retry(lambda: self._request_stop(request, context))
        yield StopAnswer(request.chat_id, request.message_id, stopped)
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
