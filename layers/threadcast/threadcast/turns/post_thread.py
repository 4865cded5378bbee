"""Answer one message of a client: a turn, a stop, or a chat's state, told over the user's connections."""

import logging
from dataclasses import dataclass, replace

from threadcast.domain.chat import RunningTurn
from threadcast.domain.user import User
from threadcast.errors import AlreadyOpened, HandoverFailed
from threadcast.events import ChatOpened
from threadcast.ports import Connection, Handover
from threadcast.stream.recording import Recording
from threadcast.turns.close_turn import close_dead_turn, close_if_dead, let_it_be_told
from threadcast.turns.conduct import present_state
from threadcast.turns.desk import Desk
from threadcast.turns.open_turn import OpenedTurn, open_turn, sender_of
from threadcast.turns.replying import reply
from threadcast.turns.subject import editable_chat, view_of, visible_chat
from threadcast.turns.telling import address_of, broadcast, record_told
from threadcast.wire.frames import Address, chat_frame, stop_frame
from threadcast.wire.requests import GetRequest, PostRequest, StopRequest

__all__ = ["Asker", "get_chat", "post_thread", "stop_turn"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who sent a message, over which connection, and what its answers repeat of it.

    `request_key` is the same for every delivery of the same message.
    """

    user: User
    connection: Connection
    route: str | None
    request_id: str | None
    request_key: str

    @property
    def address(self) -> Address:
        """What a frame repeats before any turn is opened."""
        return Address(self.route, self.request_id)


def post_thread(request: PostRequest, asker: Asker, desk: Desk) -> None:
    """Open the turn and tell all of it, or hand the rest of it over to its runner.

    Raises the `ClientFault` that fits, nothing written then, or `StoreUnavailable`.
    """
    try:
        opened = open_turn(request, asker.user, asker.request_key, desk)
    except AlreadyOpened as former:
        _tell_again(former, asker, desk)
        return
    if opened.rest:
        _tell_all(opened, asker, desk)
    else:
        _hand_over(opened, asker, desk)


def stop_turn(request: StopRequest, asker: Asker, desk: Desk) -> None:
    """Ask the running turn to stop; it ends with its own `complete`. Raises `NotFound` or `Unauthorized`."""
    stored = editable_chat(request.chat_id, asker.user, desk.chats, max_bytes=1)
    close_if_dead(stored.chat, desk)
    stopped = desk.chats.request_stop(request.chat_id, request.message_id)
    answer = stop_frame(request.chat_id, request.message_id, asker.address, stopped=stopped)
    reply(lambda _: answer, asker.connection, desk)


def get_chat(request: GetRequest, asker: Asker, desk: Desk) -> None:
    """Tell the asker a chat's present state; raises `NotFound`."""
    stored = visible_chat(request.chat_id, asker.user, desk.chats, desk.policy.history_bytes)
    if close_if_dead(stored.chat, desk):
        stored = visible_chat(request.chat_id, asker.user, desk.chats, desk.policy.history_bytes)
    view = view_of(stored)
    reply(lambda max_bytes: chat_frame(view, asker.address, max_bytes), asker.connection, desk)


def _tell_all(opened: OpenedTurn, asker: Asker, desk: Desk) -> None:
    """A prompt-less turn, whole: its outcome was stored as it was opened."""
    source = Recording([ChatOpened(opened.view)], opened.rest)
    with broadcast(source, _address(opened, asker), desk) as told:
        told.tell(_with_asker(opened.connections, asker))
        told.settled(desk.policy.closing_push_s)
    record_told(opened.message, desk)


def _hand_over(opened: OpenedTurn, asker: Asker, desk: Desk) -> None:
    """Tell `initializeChat`, for a second at most, then start the runner; who is late is caught up by it."""
    connections = _with_asker(opened.connections, asker)
    with broadcast(Recording([ChatOpened(opened.view)]), _address(opened, asker), desk) as told:
        told.tell(connections)
        told.settled(desk.policy.opening_push_s)
        told.silence()
        reached = told.acknowledged()
        handover = Handover(
            opened.view.chat.id,
            opened.message.id,
            asker.user,
            asker.route or "",
            asker.request_id,
            reached=tuple(reached),
            in_doubt=tuple(connection.id for connection in connections if connection.id not in reached),
            asker=asker.connection,
        )
        _start(handover, desk)


def _start(handover: Handover, desk: Desk) -> None:
    try:
        desk.starter().start(handover)
    except HandoverFailed:
        _log.exception("handover_failed", extra={"message_id": handover.message_id})
        close_dead_turn(
            handover.chat_id,
            handover.message_id,
            desk,
            never_started=True,
            route=handover.route,
            request_id=handover.request_id,
        )


def _tell_again(former: AlreadyOpened, asker: Asker, desk: Desk) -> None:
    """Answer a message that came twice with its turn's present state, on the connection that asks.

    While the turn runs, only its runner knows what this connection has heard: it is asked to catch it up. It
    looks for such wishes once more after the turn has ended in the store, so one that is written while the
    turn still runs is always seen.
    """
    running = _running(former, desk)
    if running is not None and running.lease_until <= desk.clock.now():
        close_dead_turn(
            former.chat_id, former.message_id, desk, route=asker.route, request_id=asker.request_id
        )
    elif running is not None:
        desk.connections.add(replace(asker.connection, catch_up_at=desk.clock.now()))
        if running.claim is None:
            _start_again(former, asker, desk)
        if _running(former, desk) is not None:
            return
    let_it_be_told(former.chat_id, former.message_id, desk)
    events = present_state(former.chat_id, former.message_id, asker.user, desk)
    address = address_of(
        former.chat_id, former.message_id, sender_of(asker.user), asker.route, asker.request_id
    )
    with broadcast(Recording(events[:1], events[1:]), address, desk) as told:
        told.tell([asker.connection])
        told.settled(desk.policy.closing_push_s)


def _start_again(turn: AlreadyOpened, asker: Asker, desk: Desk) -> None:
    """Start a runner for a turn that none has claimed: who opened it may have died before handing it over.

    If one was on its way all the same, the two find out between them whose it is.
    """
    listening = desk.connections.presence(asker.user.id).connections
    handover = Handover(
        turn.chat_id,
        turn.message_id,
        asker.user,
        asker.route or "",
        asker.request_id,
        in_doubt=tuple(connection.id for connection in listening),
        asker=asker.connection,
    )
    _start(handover, desk)


def _running(turn: AlreadyOpened, desk: Desk) -> RunningTurn | None:
    running = desk.chats.running_turn(turn.chat_id)
    return running if running is not None and running.message_id == turn.message_id else None


def _address(opened: OpenedTurn, asker: Asker) -> Address:
    return address_of(
        opened.view.chat.id, opened.message.id, sender_of(asker.user), asker.route, asker.request_id
    )


def _with_asker(connections: tuple[Connection, ...], asker: Asker) -> tuple[Connection, ...]:
    known = any(connection.id == asker.connection.id for connection in connections)
    return connections if known else (*connections, asker.connection)
