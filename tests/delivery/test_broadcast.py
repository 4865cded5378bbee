"""Telling a turn to many connections at once, with real threads."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.delivery.simulation import ALICE, CHAT_ID, EPOCH, MESSAGE_ID, opened_view
from tests.fakes import RecordingPusher
from tests.waiting import eventually
from threadcast.adapters.system_clock import SystemClock
from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.outbox import Renderer
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.delivery.turn_broadcaster import renderer
from threadcast.domain.message import Outcome
from threadcast.domain.turn_events import TurnCompleted, TurnEvent
from threadcast.errors import ConnectionGone, PushThrottled
from threadcast.ports import Connection, Pusher
from threadcast.ports import agent_events as said
from threadcast.protocol.frames import Address
from threadcast.turns.message.builder import MessageBuilder
from threadcast.turns.message.live_turn import LiveTurn
from threadcast.turns.recovery.close_turn import terminal_event

POLICY = StreamPolicy(gap_s=0.001, backoff_s=0.01, backoff_cap_s=0.02, post_s=0.01, settle_s=0.01)


def tab(name: str) -> Connection:
    return Connection(name, ALICE.id, "http://api", datetime.now(UTC) - timedelta(minutes=1))


def live_turn() -> LiveTurn:
    return LiveTurn(MessageBuilder(opened_view(), lambda: EPOCH, 65_536))


RENDER = renderer(Address("/chats/post", None, CHAT_ID, MESSAGE_ID, ALICE))


def broadcast(
    live: LiveTurn,
    pusher: Pusher,
    forget: Callable[[Connection], None] = lambda _: None,
    render: Renderer = RENDER,
) -> Broadcast:
    return Broadcast(live, render, pusher, SystemClock(), POLICY, forget)


def finish(live: LiveTurn) -> None:
    live.close("completed")
    view = live.decide(Outcome("completed"))
    live.end(terminal_event(view.messages[-1], view))


def test_a_stuck_connection_never_delays_another() -> None:
    release = threading.Event()

    def weather(connection: Connection) -> None:
        if connection.id == "stuck":
            release.wait(10)

    pusher, live = RecordingPusher(weather), live_turn()
    with broadcast(live, pusher) as told:
        told.deliver_to([tab("stuck"), tab("quick")])
        live.say(said.AnswerExtended("a", "Hello"))
        finish(live)
        pusher.wait_for(tab("quick"), "complete")
        heard_by_stuck = list(pusher.heard(tab("stuck")))
        release.set()
        assert told.wait_until_delivered(5)

    assert heard_by_stuck == []
    assert pusher.events(tab("stuck")) == ["initializeChat", "generatingResponseMessage", "complete"]


def test_a_connection_that_is_gone_is_forgotten_and_only_that_one() -> None:
    def weather(connection: Connection) -> None:
        if connection.id == "gone":
            raise ConnectionGone(connection.id)

    forgotten: list[str] = []
    pusher, live = RecordingPusher(weather), live_turn()
    with broadcast(live, pusher, lambda connection: forgotten.append(connection.id)) as told:
        told.deliver_to([tab("gone"), tab("here")])
        finish(live)
        assert told.wait_until_delivered(5)
        assert told.listeners == 1

    assert forgotten == ["gone"]
    assert pusher.events(tab("here")) == ["initializeChat", "complete"]


def test_whoever_leaves_the_registry_hears_no_more() -> None:
    pusher, live = RecordingPusher(), live_turn()
    with broadcast(live, pusher) as told:
        told.deliver_to([tab("leaver")], up_to_date=frozenset({"leaver"}))
        live.say(said.AnswerExtended("a", "Hello"))
        assert told.wait_until_delivered(5)
        told.deliver_to([])
        finish(live)
        assert told.wait_until_delivered(5)

    assert pusher.events(tab("leaver")) == ["generatingResponseMessage"]


def test_whoever_is_not_listed_at_the_end_is_given_up_unless_it_has_spoken() -> None:
    def weather(connection: Connection) -> None:
        raise PushThrottled(connection.id)

    asker = replace(tab("asker"), has_spoken=True)
    with broadcast(live_turn(), RecordingPusher(weather)) as told:
        told.deliver_to([tab("here"), tab("left"), asker])
        told.keep_listed(["here"])

        assert told.undelivered() == {"here", "asker"}


@pytest.mark.parametrize("heard_before", [True, False])
def test_a_410_means_that_even_a_young_connection_is_gone_once_it_has_heard_or_said_something(
    *, heard_before: bool
) -> None:
    young = replace(tab("young"), connected_at=datetime.now(UTC), has_spoken=not heard_before)
    closed = threading.Event()

    def weather(connection: Connection) -> None:
        if closed.is_set():
            raise ConnectionGone(connection.id)

    pusher, live = RecordingPusher(weather), live_turn()
    with broadcast(live, pusher) as told:
        if heard_before:
            told.deliver_to([young])
            pusher.wait_for(young, "initializeChat")
        closed.set()
        told.deliver_to([young])
        finish(live)
        assert told.wait_until_delivered(5)

        assert told.listeners == 0


def test_a_post_that_breaks_is_one_of_unknown_fate(caplog: pytest.LogCaptureFixture) -> None:
    faults = iter([ValueError("a defect"), None])

    def weather(connection: Connection) -> None:
        if connection.id == "unlucky" and (fault := next(faults, None)) is not None:
            raise fault

    pusher, live = RecordingPusher(weather), live_turn()
    with broadcast(live, pusher) as told:
        told.deliver_to([tab("unlucky"), tab("here")])
        finish(live)
        assert told.wait_until_delivered(5)

    assert pusher.events(tab("unlucky")) == pusher.events(tab("here")) == ["initializeChat", "complete"]
    assert [record.getMessage() for record in caplog.records] == ["push_raised"]


def test_nobody_waits_for_a_connection_that_cannot_be_told(caplog: pytest.LogCaptureFixture) -> None:
    def render(event: TurnEvent, max_bytes: int) -> bytes:
        if isinstance(event, TurnCompleted):
            raise RecursionError("a defect")
        return RENDER(event, max_bytes)

    pusher, live = RecordingPusher(), live_turn()
    with broadcast(live, pusher, render=render) as told:
        told.deliver_to([tab("here")])
        finish(live)
        assert told.wait_until_delivered(5)

    assert pusher.events(tab("here")) == ["initializeChat"]
    assert [record.getMessage() for record in caplog.records] == ["reader_raised"]


def test_only_a_post_that_may_still_arrive_leaves_a_connection_in_doubt() -> None:
    release, reached = threading.Event(), threading.Event()

    def weather(connection: Connection) -> None:
        if connection.id == "slow":
            reached.set()
            release.wait(10)
        if connection.id == "throttled":
            raise PushThrottled(connection.id)

    pusher = RecordingPusher(weather)
    with broadcast(live_turn(), pusher) as told:
        told.deliver_to([tab("slow"), tab("throttled"), tab("quick")])
        pusher.wait_for(tab("quick"), "initializeChat")
        assert reached.wait(5)
        told.stop_posting()
        eventually(lambda: told.acknowledged() == {"quick"} and told.in_doubt() == {"slow"})
        release.set()


def test_leaving_ends_every_thread() -> None:
    before = threading.active_count()

    with broadcast(live_turn(), RecordingPusher()) as told:
        told.deliver_to([tab(str(number)) for number in range(10)])
        during = threading.active_count()

    assert during == before + 10
    assert threading.active_count() == before


def test_five_hundred_turns_at_once_lose_nothing() -> None:
    pusher, turns = RecordingPusher(), [live_turn() for _ in range(500)]
    told = [broadcast(live, pusher) for live in turns]
    try:
        for number, (live, telling) in enumerate(zip(turns, told, strict=True)):
            telling.deliver_to([tab(str(number))])
            live.say(said.AnswerExtended("a", "Hello "))
        for live in turns:
            live.say(said.AnswerExtended("a", "again"))
            finish(live)
        assert all(telling.wait_until_delivered(30) for telling in told)
    finally:
        for telling in told:
            telling.close()

    finals = [pusher.heard(tab(str(number)))[-1] for number in range(500)]
    answers = {
        part["message"]
        for final in finals
        for part in final["payload"]["messages"][MESSAGE_ID]["response_messages"].values()
    }
    assert answers == {"Hello again"}
