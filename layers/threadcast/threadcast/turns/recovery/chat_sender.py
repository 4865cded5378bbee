"""Sends a stored chat to a connection that the frames of a turn may reach at the same time."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from threadcast.delivery.store_retry import StoreRetry
from threadcast.delivery.turn_connections import TurnConnections
from threadcast.domain.chat import Chat
from threadcast.errors import ThreadcastError
from threadcast.ports import ChatStore, Clock
from threadcast.turns.request_context import RequestContext

__all__ = ["ChatSender"]

_Answer = TypeVar("_Answer")

_log = logging.getLogger(__name__)

_ATTEMPTS = 3
_LEAST_REMAINING_S = 2.0
"""For one more attempt: a read, a post and a read. A process that ends before leaves what it has sent."""


class ChatSender:
    """Sends chats that have been read from the store.

    What is sent may arrive after frames that are newer: those of a turn that runs, that has ended or that has
    opened since the chat was read. So the chat is read once more after it was sent. If a turn of the user
    runs, its runner is asked to bring the connection up to date: only the runner knows what it has received.
    If no turn runs and the chat has changed, it is sent again.
    """

    def __init__(
        self, chats: ChatStore, connections: TurnConnections, clock: Clock, retry: StoreRetry
    ) -> None:
        self._chats = chats
        self._connections = connections
        self._clock = clock
        self._retry = retry

    def answers(self, context: RequestContext, read: Callable[[], tuple[Chat, _Answer]]) -> Iterator[_Answer]:
        """Yield the answer to send, and another one if it is outdated once it was sent.

        `read` returns a chat as stored, and the answer made of it. Raises what its first call raises.
        """
        sent, answer = read()
        yield answer
        try:
            for _ in range(_ATTEMPTS - 1):
                if self._is_up_to_date(sent, context):
                    return
                if context.remaining_s() < _LEAST_REMAINING_S:
                    break
                sent, answer = read()
                yield answer
            if self._is_up_to_date(sent, context):
                return
        except ThreadcastError as error:  # the request has its answer
            _log.warning("chat_not_sent_again", extra={"chat_id": sent.id, "reason": type(error).__name__})
        else:
            _log.warning("chat_sent_outdated", extra={"chat_id": sent.id})

    def _is_up_to_date(self, sent: Chat, context: RequestContext) -> bool:
        """Return whether the connection has the present chat, or will receive it from a runner."""
        now = self._retry(lambda: self._chats.chats([sent.id])).get(sent.id)
        if now is None:
            return True
        catching_up, user = replace(context.connection, catch_up_at=self._clock.now()), context.user
        is_viewer = self._retry(lambda: self._connections.subscribe(now, catching_up, user))
        running = now.running_turn
        if running is None or not now.delivers_to(user.id):
            return now.version == sent.version
        if not is_viewer:
            self._retry(lambda: self._connections.catch_up(catching_up))
        # The runner reads the connections once more after its turn has ended in the store.
        still = self._retry(lambda: self._chats.running_turn(sent.id))
        return still is not None and still.message_id == running.message_id
