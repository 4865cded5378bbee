"""The quota of messages that open no turn: gets, stops, duplicate requests and refusals.

It is read before anything else, in the one read that the turn's quota needs too. An empty bucket costs that
read and no write. Messages that arrive at the same moment may all find the last place: each is charged, so
that n of them exceed the bucket by n - 1 at most, and the user waits that much longer afterwards.
"""

import logging
import math
from dataclasses import replace
from datetime import datetime, timedelta

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.user import User
from threadcast.errors import StoreError, TooManyRequests
from threadcast.ports import Clock, ConnectionStore, Presence
from threadcast.turns.opening.quota import QuotaLimits

__all__ = ["MessageQuota"]

_log = logging.getLogger(__name__)


class MessageQuota:
    """Admits and charges the messages of users."""

    def __init__(
        self, connections: ConnectionStore, clock: Clock, limits: QuotaLimits, retry: StoreRetry
    ) -> None:
        self._connections = connections
        self._clock = clock
        self._limits = limits
        self._retry = retry

    def admit(self, user: User) -> Presence:
        """Return the user's connections and quotas as read.

        Raises `TooManyRequests` if the bucket is empty, or `StoreUnavailable`.
        """
        presence = self._retry(lambda: self._connections.presence(user.id))
        wait_s = self._backlog_s(presence.paid_until) - (self._limits.message_burst - 1) * self._cost_s
        if wait_s > 0:
            raise TooManyRequests(
                "You are sending messages faster than allowed; please wait a moment",
                math.ceil(wait_s * 10) / 10,
            )
        return presence

    def charge(self, user: User, presence: Presence) -> None:
        """Take one message from the bucket; where the store fails, the message is free."""
        self._charge(user, presence, self._cost_s)

    def charge_frames(self, user: User, presence: Presence, frames: int) -> None:
        """Take a message from the bucket for each further frame of an answer.

        The request itself is charged already; `presence` is what was read before that. Raises
        `TooManyRequests` if the bucket holds fewer; a full one permits any number.
        """
        needed = 1 + min(frames, self._limits.message_burst - 1)
        wait_s = self._backlog_s(presence.paid_until) - (self._limits.message_burst - needed) * self._cost_s
        if wait_s > 0:
            raise TooManyRequests(
                f"The answer takes {frames + 1} frames, more than you may receive now; please wait a moment",
                math.ceil(wait_s * 10) / 10,
            )
        paid_until = self._clock.now() + timedelta(seconds=self._cost_s)
        self._charge(user, replace(presence, paid_until=paid_until), frames * self._cost_s)

    def _charge(self, user: User, presence: Presence, cost_s: float) -> None:
        try:
            self._connections.charge_message(user.id, presence, self._clock.now(), cost_s)
        except StoreError as error:
            _log.warning("message_not_charged", extra={"reason": type(error).__name__})

    @property
    def _cost_s(self) -> float:
        return 60 / self._limits.messages_per_minute

    def _backlog_s(self, paid_until: datetime | None) -> float:
        if paid_until is None:
            return 0.0
        return max((paid_until - self._clock.now()).total_seconds(), 0.0)
