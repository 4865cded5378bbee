"""Registered connections as the audience of a turn."""

from collections.abc import Callable, Collection
from datetime import datetime

from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.post_gate import PostGate
from threadcast.errors import StoreUnavailable
from threadcast.ports import Connection, Handoff

__all__ = ["RegisteredAudience"]


class RegisteredAudience:
    """Keeps a broadcast at the connections that `listed` reads, by `refresh`; an `Audience`.

    A connection that sent the request, but is not listed when the turn begins, receives the turn until a post
    finds it gone.
    """

    def __init__(
        self,
        broadcast: Broadcast,
        handoff: Handoff,
        opened_at: datetime,
        listed: Callable[[], tuple[Connection, ...]],
    ) -> None:
        self._broadcast = broadcast
        self._handoff = handoff
        self._opened_at = opened_at
        self._listed = listed
        self._asker = handoff.asker

    @property
    def gate(self) -> PostGate:
        """What decides whether a post may start."""
        return self._broadcast.gate

    @property
    def listeners(self) -> int:
        """The number of connections that are not known to be gone."""
        return self._broadcast.listeners

    def refresh(self) -> bool:
        """Read the registry; while it is unavailable, the connections stay. Return whether it was read."""
        try:
            listed = self._listed()
        except StoreUnavailable:
            return False
        if self._asker is not None and any(connection.id == self._asker.id for connection in listed):
            self._asker = None
        catching_up = {each.id for each in listed if (each.catch_up_at or self._opened_at) > self._opened_at}
        receivers = listed if self._asker is None else (*listed, self._asker)
        self._broadcast.deliver_to(
            sorted(receivers, key=self._is_not_the_asker),  # the first ones are served if there are too many
            up_to_date=frozenset(self._handoff.reached) - catching_up,
            in_doubt=frozenset(self._handoff.in_doubt),
        )
        return True

    def _is_not_the_asker(self, connection: Connection) -> bool:
        return self._handoff.asker is None or connection.id != self._handoff.asker.id

    def wait_until_delivered(self, timeout_s: float) -> bool:
        """Wait until all have received everything published so far; False after `timeout_s` seconds."""
        return self._broadcast.wait_until_delivered(timeout_s)

    def undelivered(self) -> frozenset[str]:
        """Return the ids of the connections that have not received everything published so far."""
        return self._broadcast.undelivered()

    def keep_listed(self, listed: Collection[str]) -> None:
        """Stop delivery to connections that are not listed any more."""
        self._broadcast.keep_listed(listed)
