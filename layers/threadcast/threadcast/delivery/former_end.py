"""What a new turn knows about the delivery of the former turn's end, looked up until it is settled."""

import logging

from threadcast.domain.message import Message
from threadcast.errors import StoreError
from threadcast.ports import ChatStore, Clock

__all__ = ["FormerEnd", "FormerEnds", "unsettled"]

_log = logging.getLogger(__name__)

_FIRST_LOOK_S = 0.1


def unsettled(message: Message | None) -> frozenset[str] | None:
    """Return the ids of the connections that frames of this ended turn may still reach; None: of any."""
    if message is None:
        return frozenset()
    if message.untold is not None:
        return frozenset(message.untold)
    return frozenset() if message.outcome_sent else None


class FormerEnd:
    """Which connections the end of the chat's former turn may still reach.

    A new turn posts nothing to those, until its former turn has recorded that it reached them, or until no
    post of the former turn can arrive (`StreamPolicy.former_post_s`): each connection waits for itself only.
    The record is read by `look`, at growing distances up to `max_gap_s` seconds, until `until_s` on the
    monotonic clock.
    """

    def __init__(
        self,
        chats: ChatStore,
        clock: Clock,
        message: Message,
        reaches: frozenset[str] | None,
        *,
        until_s: float,
        max_gap_s: float,
    ) -> None:
        self._chats = chats
        self._clock = clock
        self._message = message
        self.reaches = reaches
        self.until_s = until_s
        self._max_gap_s = max_gap_s
        self._gap_s = _FIRST_LOOK_S
        self._next_look_s = clock.monotonic_s() + self._gap_s

    def may_reach(self, connection_id: str) -> bool:
        """Return whether a frame of the former turn may still arrive at this connection."""
        if self._is_settled():
            return False
        return self.reaches is None or connection_id in self.reaches

    def next_look_in_s(self) -> float | None:
        """Return after how many seconds `look` reads again; None: never."""
        return None if self._is_settled() else max(self._next_look_s - self._clock.monotonic_s(), 0.0)

    def look(self) -> None:
        """Read how far the former turn's end was delivered, if that is due."""
        if self.next_look_in_s() != 0:
            return
        self._gap_s = min(2 * self._gap_s, self._max_gap_s)
        try:
            former = self._chats.message_at(self._message.chat_id, self._message.number - 1)
        except StoreError as error:
            facts = {"message_id": self._message.id, "reason": type(error).__name__}
            _log.warning("former_delivery_not_read", extra=facts)
        else:
            self.reaches = unsettled(former)
        self._next_look_s = self._clock.monotonic_s() + self._gap_s

    def _is_settled(self) -> bool:
        return self.reaches == frozenset() or self._clock.monotonic_s() >= self.until_s


class FormerEnds:
    """Makes the `FormerEnd` of each turn."""

    def __init__(self, chats: ChatStore, clock: Clock, former_post_s: float, poll_s: float) -> None:
        self._chats = chats
        self._clock = clock
        self._former_post_s = former_post_s
        self._poll_s = poll_s

    def before(self, message: Message, reaches: frozenset[str] | None) -> FormerEnd:
        """Return the end before this message, whose turn has just opened; `reaches` as it was read then."""
        return FormerEnd(
            self._chats,
            self._clock,
            message,
            reaches,
            until_s=self._clock.monotonic_s() + self._former_post_s,
            max_gap_s=self._poll_s,
        )
