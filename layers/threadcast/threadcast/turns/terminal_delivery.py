"""The end of a turn on its way to everybody who listens."""

import logging
from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from threadcast.domain.message import Message
from threadcast.errors import StoreError
from threadcast.turns.desk import Desk
from threadcast.turns.retry import retry_while_unavailable

__all__ = ["Hearers", "TerminalDelivery"]

_log = logging.getLogger(__name__)

_LAST_RECORD_WITHIN_S = 3.0
"""For a record that nobody tries again: without it, whoever looks next delivers the end once more."""


class Hearers(Protocol):
    """Those to whom an end is told."""

    def settled(self, timeout_s: float) -> bool:
        """Wait until all have taken everything; False if somebody had not by then."""
        ...

    def keep(self, listed: Collection[str]) -> None:
        """Give up connections that are not listed any more."""
        ...

    def untold(self) -> Collection[str]:
        """Ids of the connections that have not taken everything yet."""
        ...


class TerminalDelivery:
    """Who tells the end of a turn, to whom it may still come, and when it is too late to tell it.

    No turn that follows begins within `replace_wait_s` of the decision unless all have heard the end. For
    half of that time the end is told freely. Then it is recorded whom it has not reached: a turn that follows
    leaves those alone until no post of this end can arrive any more, and once it has begun nothing more is
    posted here: they hear of the end from that turn's beginning.

    Others count on the end being told, or its teller dead, after `closing_push_s`: it is recorded as sent
    then, lest they tell it twice; the slow are told all the same while no other turn follows.
    """

    def __init__(self, message: Message, desk: Desk) -> None:
        self._message = message
        self._desk = desk
        self._began_s: float | None = None
        self._alone_until_s = 0.0
        self._recorded: tuple[frozenset[str], bool] | None = None

    def begin(self, decided_at: datetime) -> None:
        """The end is decided, and may be told; since `decided_at`, perhaps a while ago, others may follow."""
        self._began_s = self._desk.clock.monotonic_s()
        ago_s = (self._desk.clock.now() - decided_at).total_seconds()
        self._alone_until_s = self._began_s - ago_s + self._desk.policy.replace_wait_s / 2

    def may_post(self) -> bool | None:
        """Whether a frame of this turn may still be posted; None where that can't be said just now."""
        if self._began_s is None or self._alone_for_s() > 0:
            return True
        followed = None if self._recorded is None else self._is_followed()
        return None if followed is None else not followed

    def await_delivery(self, hearers: Hearers, patience_s: float) -> bool:
        """Wait until all have heard the end, for `patience_s` at most, and record it; whether they have."""
        while True:
            if self._alone_for_s() <= 0:
                self._record(hearers.untold(), sent=self._waited_s() >= self._desk.policy.closing_push_s)
            heard = hearers.settled(self._until_next_look_s(patience_s))
            if not heard:
                self._give_up_who_left(hearers)
            if heard or self._waited_s() >= patience_s or self._is_followed():
                within_s = min(_LAST_RECORD_WITHIN_S, self._desk.policy.store_timeout_s)
                self._record(hearers.untold(), sent=True, within_s=within_s)
                return heard

    def _until_next_look_s(self, patience_s: float) -> float:
        poll_s, alone_s = self._desk.policy.poll_s, self._alone_for_s()
        return max(min(poll_s, patience_s - self._waited_s(), alone_s if alone_s > 0 else poll_s), 0.0)

    def _give_up_who_left(self, hearers: Hearers) -> None:
        try:
            listed = self._desk.connections.presence(self._message.sender.id).connections
        except StoreError:
            return
        hearers.keep([connection.id for connection in listed])

    def _record(self, untold: Collection[str], *, sent: bool, within_s: float = 0.0) -> None:
        """Record how far the end has got, tried again for `within_s` while the store is unavailable.

        Where that fails, the turn is no less over.
        """
        state = (frozenset(untold), sent)
        if state == self._recorded:
            return
        try:
            retry_while_unavailable(
                lambda: self._desk.turns.record_delivery(self._message, untold, sent=sent),
                self._desk,
                within_s,
            )
        except StoreError as error:
            _log.warning(
                "delivery_not_recorded",
                extra={"message_id": self._message.id, "reason": type(error).__name__},
            )
        else:
            self._recorded = state

    def _alone_for_s(self) -> float:
        """How long it is certain that no other turn has begun."""
        return self._alone_until_s - self._desk.clock.monotonic_s()

    def _waited_s(self) -> float:
        return 0.0 if self._began_s is None else self._desk.clock.monotonic_s() - self._began_s

    def _is_followed(self) -> bool | None:
        try:
            stored = self._desk.chats.load(self._message.chat_id, (), max_bytes=1)
        except StoreError:
            return None
        return stored is not None and stored.chat.next_message_number > self._message.number + 1
