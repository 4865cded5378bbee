"""Registers connections as they open and close, at most so many of each user."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from threadcast.domain.randomness import unpredictable
from threadcast.domain.user import User
from threadcast.errors import ConnectionLimitReached, PushError, StoreError
from threadcast.ports import Clock, Connection, ConnectionProbe, ConnectionStore, Directory

__all__ = ["TOKEN_SUBPROTOCOL", "ConnectionOpener", "close_session", "register_email"]

_log = logging.getLogger(__name__)

TOKEN_SUBPROTOCOL = "bearer"  # noqa: S105 - a subprotocol's name, no secret
"""Browsers offer this and their token as subprotocols; the server must choose one, and not the token."""

_MAX_PROBES = 5
"""Connections of which one handshake asks API Gateway whether they are gone."""


class ConnectionOpener:
    """Registers connections, at most `limit` of each user.

    The limit is a count of the stored connections, not a counter: `$disconnect` is best effort, and a counter
    that misses one would stay too high for ever, while a stored connection expires and can be asked about.

    A 410 within `grace_s` of a connection's `$connect` may only mean that it has not returned yet. `choose`
    selects which connections are asked about: at random, so that each is asked about in the end.
    """

    def __init__(
        self,
        connections: ConnectionStore,
        probe: ConnectionProbe,
        clock: Clock,
        *,
        limit: int,
        grace_s: float,
        choose: Callable[[Sequence[Connection], int], Sequence[Connection]] = unpredictable.sample,
    ) -> None:
        self._connections = connections
        self._probe = probe
        self._clock = clock
        self._limit = limit
        self._grace_s = grace_s
        self._choose = choose

    def open(self, connection: Connection, offered_subprotocols: Sequence[str]) -> str | None:
        """Register a connection; return the subprotocol that the handshake's response must name, or None.

        A post to the connection succeeds only after that response. At the limit, connections that are gone
        make room; open ones never do, since clients that reconnect would replace each other for ever. Raises
        `ConnectionLimitReached`, `StoreUnavailable`.
        """
        others = self._others(connection)
        if not self._has_room(others) and not self._make_room(others):
            raise ConnectionLimitReached
        self._connections.add(connection)
        # Concurrent handshakes may all have found room. Each counts again once it is stored: of those that
        # stay, the one stored last has counted all, so that there are never more than the limit.
        if not self._has_room(self._others(connection)):
            self._connections.forget(connection.user_id, connection.id)
            raise ConnectionLimitReached
        return TOKEN_SUBPROTOCOL if TOKEN_SUBPROTOCOL in offered_subprotocols else None

    def _others(self, connection: Connection) -> list[Connection]:
        stored = self._connections.presence(connection.user_id).connections
        return [each for each in stored if each.id != connection.id]

    def _has_room(self, others: Sequence[Connection]) -> bool:
        return len(others) < self._limit

    def _make_room(self, others: Sequence[Connection]) -> bool:
        """Remove connections that are gone until there is room; return whether there is."""
        remaining = list(others)
        candidates = [each for each in others if self._can_be_gone(each)]
        for candidate in self._choose(candidates, min(_MAX_PROBES, len(candidates))):
            try:
                is_gone = self._probe.is_gone(candidate)
            except PushError:  # the others would be answered no better, and the client waits
                break
            if is_gone:
                self._connections.forget(candidate.user_id, candidate.id)
                remaining.remove(candidate)
            if self._has_room(remaining):
                return True
        return False

    def _can_be_gone(self, connection: Connection) -> bool:
        age_s = (self._clock.now() - connection.connected_at).total_seconds()
        return connection.has_spoken or age_s > self._grace_s


def register_email(user: User, directory: Directory, now: datetime) -> None:
    """Store the user's verified address in the directory of the organisation, so that others can share chats.

    Where the store fails, the user is found by an earlier entry, or after the next handshake.
    """
    if user.organization_id is None or not user.email or not user.has_verified_email:
        return
    try:
        directory.register(user.organization_id, user.email, user.id, now)
    except StoreError as error:
        _log.warning("email_not_registered", extra={"reason": type(error).__name__})


def close_session(connection: Connection, connections: ConnectionStore) -> None:
    """Remove a closed connection; a second call does no harm. Raises `StoreUnavailable`."""
    connections.forget(connection.user_id, connection.id)
