"""The end of a turn on its way to everybody who listens."""

import logging
from collections.abc import Callable
from datetime import datetime

from threadcast.domain.message import Message
from threadcast.errors import StoreError
from threadcast.turns.desk import Desk

__all__ = ["Ending"]

_log = logging.getLogger(__name__)


class Ending:
    """Who tells the end of a turn, for how long, and when it is too late to.

    A turn that follows waits for this end to be recorded, `replace_wait_s` at most. Whoever has not heard it
    by then hears of it from that turn's beginning, and must not hear it later. Others count on the end
    being told, or its teller dead, after `closing_push_s`: it is recorded then, lest they tell it twice to
    those who have heard it; the slow are told all the same while no other turn follows.
    """

    def __init__(self, message: Message, desk: Desk) -> None:
        self._message = message
        self._desk = desk
        self._began_s: float | None = None
        self._alone_until_s = 0.0
        self._recorded = False

    def begin(self, decided_at: datetime) -> None:
        """The end is decided, and may be told; since `decided_at`, perhaps a while ago, others may follow."""
        self._began_s = self._desk.clock.monotonic_s()
        ago_s = (self._desk.clock.now() - decided_at).total_seconds()
        self._alone_until_s = self._began_s - ago_s + self._desk.policy.replace_wait_s / 2

    def may_tell(self) -> bool | None:
        """Whether a frame of this turn may still be posted; None where the store can't say just now."""
        if self._began_s is None:
            return True
        if not self._recorded and self._desk.clock.monotonic_s() < self._alone_until_s:
            return True
        followed = self._is_followed()
        return None if followed is None else not followed

    def see_it_heard(self, settled: Callable[[float], bool], patience_s: float) -> bool:
        """Wait until all have heard the end, for `patience_s` at most, and record it; whether they have.

        `settled` waits for so many seconds at most and says whether all have.
        """
        poll_s, closing_push_s = self._desk.policy.poll_s, self._desk.policy.closing_push_s
        while not (heard := settled(min(poll_s, max(patience_s - self._waited_s(), 0.0)))):
            if self._waited_s() >= patience_s or self._is_followed():
                break
            if self._waited_s() >= closing_push_s:
                self.record()
        self.record()
        return heard

    def record(self) -> None:
        """Record that the end was told; where that fails, the turn is no less over, and told."""
        if self._recorded:
            return
        self._recorded = True
        try:
            self._desk.turns.mark_sent(self._message)
        except StoreError as error:
            _log.warning(
                "telling_not_recorded", extra={"message_id": self._message.id, "reason": type(error).__name__}
            )

    def _waited_s(self) -> float:
        return 0.0 if self._began_s is None else self._desk.clock.monotonic_s() - self._began_s

    def _is_followed(self) -> bool | None:
        try:
            stored = self._desk.chats.load(self._message.chat_id, (), max_bytes=1)
        except StoreError:
            return None
        return stored is not None and stored.chat.next_message_number > self._message.number + 1
