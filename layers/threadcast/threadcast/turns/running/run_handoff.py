"""The two ways to have a turn run: told to the user's connections, or as an iterator without any socket."""

import logging
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from threadcast.delivery.broadcast import Broadcast
from threadcast.domain.commands import PostRequest
from threadcast.domain.turn_events import ChatOpened, TurnEvent
from threadcast.domain.user import User
from threadcast.errors import AlreadyOpened, NotFound, StoreUnavailable
from threadcast.ports import Handoff
from threadcast.turns.desk import Desk
from threadcast.turns.opening.open_turn import OpenedTurn, open_turn
from threadcast.turns.opening.target import view_of, visible_chat
from threadcast.turns.recovery.close_turn import terminal_event
from threadcast.turns.running.claim import ClaimedTurn, claim_turn
from threadcast.turns.running.run_turn import TurnReport, run_turn
from threadcast.turns.terminal_delivery import TerminalDelivery
from threadcast.turns.turn_broadcast import address_of, broadcast

__all__ = ["conduct", "present_state", "stream_turn"]

_log = logging.getLogger(__name__)


class _Connections:
    """The user's open connections as the audience of a turn.

    Whom the registry knows, it also tells the end of. An asker whom it does not know as the turn begins is
    told of the turn all the same, until a post finds it gone.
    """

    def __init__(self, told: Broadcast, handoff: Handoff, opened_at: datetime, desk: Desk) -> None:
        self._told = told
        self._opened_at = opened_at
        self._handoff = handoff
        self._desk = desk
        self._asker = handoff.asker
        self.look_up()

    def look_up(self) -> None:
        """Read the registry; what can't be read now is read again at the next poll."""
        try:
            listed = self._desk.connections.presence(self._handoff.user.id).connections
        except StoreUnavailable:
            return
        if self._asker is not None and any(connection.id == self._asker.id for connection in listed):
            self._asker = None
        resent = {each.id for each in listed if (each.catch_up_at or self._opened_at) > self._opened_at}
        self._told.tell(
            listed if self._asker is None else (*listed, self._asker),
            up_to_date=frozenset(self._handoff.reached) - resent,
            in_doubt=frozenset(self._handoff.in_doubt),
        )

    @property
    def listeners(self) -> int:
        """How many connections are not known to be gone."""
        return self._told.listeners

    def settled(self, timeout_s: float) -> bool:
        """Wait until all have taken everything."""
        return self._told.settled(timeout_s)

    def keep(self, listed: Collection[str]) -> None:
        """Give up connections that are not listed any more."""
        self._told.keep(listed)

    def untold(self) -> frozenset[str]:
        """Ids of the connections that have not."""
        return self._told.untold()


def conduct(handoff: Handoff, desk: Desk, remaining_s: Callable[[], float]) -> TurnReport | None:
    """Run the turn that was handed over and tell it to every open connection of its user.

    None if somebody else has claimed it, or if it is over. Raises `StoreUnavailable`.
    """
    turn = claim_turn(handoff.chat_id, handoff.message_id, handoff.user, desk)
    if turn is None:
        _log.info("claim_not_acquired", extra={"message_id": handoff.message_id})
        return None
    with broadcast(turn.live, address_of(turn.message), desk, turn.ending.may_post) as told:
        audience = _Connections(told, handoff, turn.message.created_at, desk)
        report = run_turn(turn, audience, desk, remaining_s)
    return replace(report, counts=told.counts(), worst_lag_s=told.worst_lag_s())


class _Follower:
    """The audience of a turn that is read as an iterator."""

    listeners = 1

    def look_up(self) -> None:
        """There is nobody to look for."""

    def settled(self, timeout_s: float) -> bool:  # noqa: ARG002 - the iterator sets the pace
        """The log keeps everything until it is read."""
        return True

    def keep(self, listed: Collection[str]) -> None:
        """There are no connections."""

    def untold(self) -> frozenset[str]:
        """There are no connections."""
        return frozenset()


def stream_turn(request: PostRequest, user: User, request_key: str, desk: Desk) -> Iterator[TurnEvent]:
    """Open a turn at once, then yield every event of it: what a REST route or a test needs, no socket.

    Raises what `open_turn` raises, before anything is yielded; a request that has opened its turn before
    yields that turn's present state instead. Closing the iterator asks the running turn to stop. Raises
    `StoreUnavailable`, after what was said, if the outcome could not be stored.
    """
    try:
        opened = open_turn(request, user, request_key, desk)
    except AlreadyOpened as former:
        return iter(present_state(former.chat_id, former.message_id, user, desk))
    return _events(opened, user, desk)


def present_state(chat_id: str, message_id: str, user: User, desk: Desk) -> tuple[TurnEvent, ...]:
    """A turn as it stands: its chat, with all that was asked since, then its terminal event if it is over."""
    stored = visible_chat(chat_id, user, desk.chats, desk.policy.history_bytes)
    loaded = next((message for message in stored.messages if message.id == message_id), None)
    message = loaded or desk.chats.message(chat_id, message_id)
    if message is None:
        raise NotFound("Message")
    view = view_of(stored)
    return (
        (ChatOpened(view),) if message.outcome is None else (ChatOpened(view), terminal_event(message, view))
    )


def _events(opened: OpenedTurn, user: User, desk: Desk) -> Iterator[TurnEvent]:
    turn = None if opened.rest else claim_turn(opened.view.chat.id, opened.message.id, user, desk)
    if turn is not None:
        yield from _followed(turn, opened, desk)
        return
    yield ChatOpened(opened.view)
    yield from opened.rest
    if opened.rest:
        TerminalDelivery(opened.message, desk).await_delivery(_Follower(), 0)


def _followed(turn: ClaimedTurn, opened: OpenedTurn, desk: Desk) -> Iterator[TurnEvent]:
    with ThreadPoolExecutor(max_workers=1) as runner:
        running = runner.submit(run_turn, turn, _Follower(), desk, lambda: float("inf"))
        try:
            yield ChatOpened(opened.view)
            yield from turn.live.follow(lambda: not running.done())
        finally:
            if not turn.live.over:
                desk.chats.request_stop(turn.claim.chat_id, turn.claim.message_id)
    running.result()
