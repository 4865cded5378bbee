"""Answer a message that came twice with its turn's present state, instead of with a second turn."""

import logging
from dataclasses import replace

from threadcast.delivery.recorded_turn import Recording
from threadcast.domain.chat import RunningTurn
from threadcast.errors import AlreadyOpened, StoreUnavailable
from threadcast.ports import Handoff
from threadcast.turns.desk import Desk
from threadcast.turns.opening.open_turn import sender_of
from threadcast.turns.opening.start_runner import start_runner
from threadcast.turns.recovery.close_turn import close_abandoned_turn, wait_for_delivery
from threadcast.turns.request_context import RequestContext
from threadcast.turns.retry import retry_while_unavailable
from threadcast.turns.running.run_handoff import present_state
from threadcast.turns.turn_broadcast import broadcast

__all__ = ["replay_turn"]

_log = logging.getLogger(__name__)


def replay_turn(former: AlreadyOpened, asker: RequestContext, desk: Desk) -> None:
    """Tell the asker how the turn stands that this message has opened before; raises `NotFound`.

    Where the store is away for too long nothing is told, since the turn has its own end: a refusal here would
    be a second one.
    """
    try:
        retry_while_unavailable(lambda: _replay(former, asker, desk), desk)
    except StoreUnavailable:
        _log.warning("duplicate_request_not_answered", extra={"message_id": former.message_id})


def _replay(former: AlreadyOpened, asker: RequestContext, desk: Desk) -> None:
    """While the turn runs, only its runner knows what this connection has heard: it is asked to catch it up.

    It looks for such wishes once more after the turn has ended in the store, so one that is written while the
    turn still runs is always seen.
    """
    running = _running(former, desk)
    if running is not None and running.lease_until <= desk.clock.now():
        if close_abandoned_turn(former.chat_id, former.message_id, desk, asker=asker.connection):
            return
    elif running is not None:
        desk.connections.add(replace(asker.connection, catch_up_at=desk.clock.now()))
        if running.claim is None and not _start_again(former, asker, desk):
            return
        if _running(former, desk) is not None:
            return
    wait_for_delivery(former.chat_id, former.message_id, desk)
    events = present_state(former.chat_id, former.message_id, asker.user, desk)
    address = replace(
        asker.address, chat_id=former.chat_id, message_id=former.message_id, sender=sender_of(asker.user)
    )
    with broadcast(Recording(events[:1], events[1:]), address, desk) as told:
        told.tell([asker.connection])
        told.settled(desk.policy.closing_push_s)


def _start_again(turn: AlreadyOpened, asker: RequestContext, desk: Desk) -> bool:
    """Start a runner for a turn that none has claimed: who opened it may have died before handing it over.

    If one was on its way all the same, the two find out between them whose it is. Whether it was started.
    """
    listening = desk.connections.presence(asker.user.id).connections
    in_doubt = tuple(connection.id for connection in listening)
    handoff = Handoff(turn.chat_id, turn.message_id, asker.user, in_doubt=in_doubt, asker=asker.connection)
    return start_runner(handoff, desk)


def _running(turn: AlreadyOpened, desk: Desk) -> RunningTurn | None:
    running = desk.chats.running_turn(turn.chat_id)
    return running if running is not None and running.message_id == turn.message_id else None
