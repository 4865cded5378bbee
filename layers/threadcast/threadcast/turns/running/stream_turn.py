"""Opens and runs a turn as an iterator of its events, without connections: for REST, tests and scripts."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor

from threadcast.delivery.post_gate import PostGate
from threadcast.delivery.terminal_delivery import TerminalDeliveries
from threadcast.domain.turn_events import ChatOpened, TurnEvent
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.domain.user import User
from threadcast.errors import AlreadyOpened
from threadcast.ports import ChatStore
from threadcast.turns.commands import PostRequest
from threadcast.turns.opening.open_turn import OpenedTurn, TurnOpener
from threadcast.turns.recovery.present_state import present_state
from threadcast.turns.running.claim import ClaimedTurn, TurnClaimer
from threadcast.turns.running.run_turn import TurnRunner

__all__ = ["TurnStream"]


class _IteratorAudience:
    """The reader of an iterator as an `Audience`: it receives every event, at its own pace."""

    listeners = 1

    def __init__(self) -> None:
        self.gate = PostGate()

    def refresh(self) -> bool:
        """Return True: the reader is always there."""
        return True

    def wait_until_delivered(self, timeout_s: float) -> bool:  # noqa: ARG002 - the log keeps every event
        """Return True at once."""
        return True

    def undelivered(self) -> frozenset[str]:
        """Return no connection."""
        return frozenset()

    def keep_listed(self, listed: Collection[str]) -> None:
        """Do nothing: there are no connections."""


class TurnStream:
    """Streams turns without connections."""

    def __init__(
        self,
        *,
        opener: TurnOpener,
        claimer: TurnClaimer,
        runner: TurnRunner,
        deliveries: TerminalDeliveries,
        chats: ChatStore,
        policy: TurnPolicy,
    ) -> None:
        self._opener = opener
        self._claimer = claimer
        self._runner = runner
        self._deliveries = deliveries
        self._chats = chats
        self._policy = policy

    def stream_turn(self, request: PostRequest, user: User, request_key: str) -> Iterator[TurnEvent]:
        """Open a turn at once, then yield every event of it.

        Raises what `TurnOpener.open` raises, before anything is yielded; a duplicate request yields its
        turn's present state. Closing the iterator asks the running turn to stop. Raises `StoreUnavailable`,
        after the answer, if the outcome could not be stored.
        """
        try:
            opened = self._opener.open(request, user, request_key)
        except AlreadyOpened as former:
            max_bytes = self._policy.history_bytes
            return iter(present_state(former.chat_id, former.message_id, user, self._chats, max_bytes))
        return self._events(opened, user)

    def _events(self, opened: OpenedTurn, user: User) -> Iterator[TurnEvent]:
        message = opened.message
        turn = None if opened.rest else self._claimer.claim_turn(message.chat_id, message.id, user)
        if turn is not None:
            yield from self._run(turn, opened)
            return
        yield ChatOpened(opened.view)
        yield from opened.rest
        if opened.rest:
            self._deliveries.of(message, opened.view.chat).await_delivery(_IteratorAudience(), 0)

    def _run(self, turn: ClaimedTurn, opened: OpenedTurn) -> Iterator[TurnEvent]:
        with ThreadPoolExecutor(max_workers=1) as executor:
            audience = _IteratorAudience()
            running = executor.submit(self._runner.run, turn, audience, lambda: float("inf"))
            try:
                yield ChatOpened(opened.view)
                yield from turn.live.follow(lambda: not running.done())
            finally:
                if not turn.live.over:
                    self._chats.request_stop(turn.claim.chat_id, turn.claim.message_id)
        running.result()
