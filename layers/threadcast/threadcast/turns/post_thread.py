"""Answer one message of a client: a turn, a stop, or a chat's state, told over the user's connections."""

import logging

from threadcast.delivery.recorded_turn import Recording
from threadcast.domain.commands import GetRequest, PostRequest, StopRequest
from threadcast.domain.turn_events import ChatOpened
from threadcast.errors import AlreadyOpened
from threadcast.ports import Connection, Handoff
from threadcast.protocol.frames import chat_frame, stop_frame
from threadcast.turns.desk import Desk
from threadcast.turns.opening.open_turn import OpenedTurn, open_turn
from threadcast.turns.opening.start_runner import start_runner
from threadcast.turns.opening.target import editable_chat, view_of, visible_chat
from threadcast.turns.recovery.close_turn import close_if_abandoned, is_abandoned
from threadcast.turns.recovery.replay import replay_turn
from threadcast.turns.reply import reply
from threadcast.turns.request_context import RequestContext
from threadcast.turns.terminal_delivery import TerminalDelivery
from threadcast.turns.turn_broadcast import address_of, broadcast

__all__ = ["get_chat", "post_thread", "stop_turn"]

_log = logging.getLogger(__name__)


def post_thread(request: PostRequest, asker: RequestContext, desk: Desk) -> None:
    """Open the turn and tell all of it, or hand the rest of it over to its runner.

    Raises the `ClientFault` that fits, nothing written then, or `StoreUnavailable`.
    """
    try:
        opened = open_turn(request, asker.user, asker.request_key, desk, asker.echo)
    except AlreadyOpened as former:
        replay_turn(former, asker, desk)
        return
    try:
        if opened.rest:
            _tell_all(opened, asker, desk)
        else:
            _hand_over(opened, asker, desk)
    except Exception:  # noqa: BLE001 - the turn is open and has its own end: a refusal would be a second one
        _log.exception("delivery_raised", extra={"message_id": opened.message.id})


def stop_turn(request: StopRequest, asker: RequestContext, desk: Desk) -> None:
    """Ask the running turn to stop; it ends with its own `complete`. Raises `NotFound` or `Unauthorized`."""
    stored = editable_chat(request.chat_id, asker.user, desk.chats, max_bytes=1)
    stopped = not is_abandoned(stored, desk) and desk.chats.request_stop(request.chat_id, request.message_id)
    answer = stop_frame(request.chat_id, request.message_id, asker.address, stopped=stopped)
    reply(lambda _: answer, asker.connection, desk)
    close_if_abandoned(stored, desk)


def get_chat(request: GetRequest, asker: RequestContext, desk: Desk) -> None:
    """Tell the asker a chat's present state; raises `NotFound`."""
    stored = visible_chat(request.chat_id, asker.user, desk.chats, desk.policy.history_bytes)
    if close_if_abandoned(stored, desk):
        stored = visible_chat(request.chat_id, asker.user, desk.chats, desk.policy.history_bytes)
    view = view_of(stored)
    reply(lambda max_bytes: chat_frame(view, asker.address, max_bytes), asker.connection, desk)


def _tell_all(opened: OpenedTurn, asker: RequestContext, desk: Desk) -> None:
    """A prompt-less turn, whole: its outcome was stored as it was opened."""
    source = Recording([ChatOpened(opened.view)], opened.rest)
    ending = TerminalDelivery(opened.message, desk)
    ending.begin(opened.message.updated_at)
    with broadcast(source, address_of(opened.message), desk, ending.may_post) as told:
        told.tell(_with_asker(opened.connections, asker), in_doubt=opened.in_doubt)
        ending.await_delivery(told, 2 * desk.policy.closing_push_s)


def _hand_over(opened: OpenedTurn, asker: RequestContext, desk: Desk) -> None:
    """Tell `initializeChat`, for a second at most, then start the runner; who is late is caught up by it."""
    connections = _with_asker(opened.connections, asker)
    with broadcast(Recording([ChatOpened(opened.view)]), address_of(opened.message), desk) as told:
        told.tell(connections, in_doubt=opened.in_doubt)
        told.settled(desk.policy.opening_push_s)
        told.silence()
        in_doubt = told.in_doubt()  # asked first: what is taken meanwhile has reached its connection
        reached = told.acknowledged()
        handoff = Handoff(
            opened.view.chat.id,
            opened.message.id,
            asker.user,
            reached=tuple(reached),
            in_doubt=tuple(in_doubt - reached),
            asker=asker.connection,
        )
        start_runner(handoff, desk)


def _with_asker(connections: tuple[Connection, ...], asker: RequestContext) -> tuple[Connection, ...]:
    others = (connection for connection in connections if connection.id != asker.connection.id)
    return (asker.connection, *others)
