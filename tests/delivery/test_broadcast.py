"""Delivery of a turn to many connections at the same time, with real threads."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.delivery.simulation import ALICE, CHAT_ID, EPOCH, MESSAGE_ID, opened_view
from tests.fakes import RecordingPusher, renderer
from tests.waiting import eventually
from threadcast.adapters.system_clock import SystemClock
from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.outbox.outbox import Renderer
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.address import Address
from threadcast.domain.message import Outcome
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.domain.turn_events import TurnCompleted, TurnEvent
from threadcast.errors import ConnectionGone, PushThrottled
from threadcast.ports import Connection, Pusher
from threadcast.turns.message.builder import MessageBuilder
from threadcast.turns.message.live_turn import LiveTurn
from threadcast.turns.recovery.close_turn import terminal_event

TIMEOUT_S = 120
POLICY = StreamPolicy(gap_s=0.001, backoff_s=0.01, backoff_cap_s=0.02, post_s=0.01, settle_s=0.01)


def connection_named(name: str) -> Connection:
    return Connection(name, ALICE.id, "http://api", datetime.now(UTC) - timedelta(minutes=1))


def live_turn() -> LiveTurn:
    return LiveTurn(MessageBuilder(opened_view(), lambda: EPOCH, 65_536))


RENDER = renderer(Address("/chats/post", None, CHAT_ID, MESSAGE_ID, ALICE))


def new_broadcast(
    live: LiveTurn,
    pusher: Pusher,
    forget: Callable[[Connection], None] = lambda _: None,
    render: Renderer = RENDER,
    policy: StreamPolicy = POLICY,
) -> Broadcast:
    return Broadcast(live, lambda _: render, pusher, SystemClock(), policy, forget)


def finish(live: LiveTurn) -> None:
    live.close("completed")
    view = live.decide(Outcome("completed"))
    live.end(terminal_event(view.messages[-1], view))


def test_a_blocked_connection_never_delays_another() -> None:
    release = threading.Event()

    def block(connection: Connection) -> None:
        if connection.id == "blocked":
            release.wait(60)

    pusher, live = RecordingPusher(block), live_turn()
    with new_broadcast(live, pusher) as broadcast:
        broadcast.deliver_to([connection_named("blocked"), connection_named("quick")])
        live.say(AnswerDelta("a", "Hello"))
        finish(live)
        pusher.wait_for(connection_named("quick"), "complete")
        received_while_blocked = list(pusher.received(connection_named("blocked")))
        release.set()
        assert broadcast.wait_until_delivered(TIMEOUT_S)

    assert received_while_blocked == []
    assert pusher.events(connection_named("blocked")) == [
        "initializeChat",
        "generatingResponseMessage",
        "complete",
    ]


def test_connections_share_their_posts_of_text_and_a_single_one_has_them_alone() -> None:
    first, second = connection_named("first"), connection_named("second")
    pusher, live = RecordingPusher(), live_turn()
    with new_broadcast(live, pusher, policy=replace(POLICY, texts_per_s=0.01)) as broadcast:
        broadcast.deliver_to([first])
        for chunk in ("One", " two", " three"):
            live.say(AnswerDelta("a", chunk))
            assert broadcast.wait_until_delivered(TIMEOUT_S)
        broadcast.deliver_to([first, second])
        live.say(AnswerDelta("a", " four"))
        eventually(lambda: " four" in str(pusher.received(first)[-1]))
        live.say(AnswerDelta("a", " five"))
        assert not broadcast.wait_until_delivered(0.05)
        assert "first" in broadcast.undelivered()
        finish(live)
        assert broadcast.wait_until_delivered(TIMEOUT_S)

    assert [pusher.events(each)[-1] for each in (first, second)] == ["complete", "complete"]


def test_a_connection_that_is_gone_is_forgotten_and_only_that_one() -> None:
    def fail(connection: Connection) -> None:
        if connection.id == "gone":
            raise ConnectionGone(connection.id)

    forgotten: list[str] = []
    pusher, live = RecordingPusher(fail), live_turn()
    with new_broadcast(live, pusher, lambda connection: forgotten.append(connection.id)) as broadcast:
        broadcast.deliver_to([connection_named("gone"), connection_named("here")])
        finish(live)
        assert broadcast.wait_until_delivered(TIMEOUT_S)
        assert broadcast.listeners == 1

    assert forgotten == ["gone"]
    assert pusher.events(connection_named("here")) == ["initializeChat", "complete"]


def test_a_connection_that_is_no_longer_listed_receives_nothing_more() -> None:
    pusher, live = RecordingPusher(), live_turn()
    with new_broadcast(live, pusher) as broadcast:
        broadcast.deliver_to([connection_named("leaving")], up_to_date=frozenset({"leaving"}))
        live.say(AnswerDelta("a", "Hello"))
        assert broadcast.wait_until_delivered(TIMEOUT_S)
        broadcast.deliver_to([])
        finish(live)
        assert broadcast.wait_until_delivered(TIMEOUT_S)

    assert pusher.events(connection_named("leaving")) == ["generatingResponseMessage"]


def test_delivery_to_an_unlisted_connection_stops_unless_it_has_sent_a_request() -> None:
    def fail(connection: Connection) -> None:
        raise PushThrottled(connection.id)

    requesting = replace(connection_named("requesting"), has_spoken=True)
    with new_broadcast(live_turn(), RecordingPusher(fail)) as broadcast:
        broadcast.deliver_to([connection_named("here"), connection_named("left"), requesting])
        broadcast.keep_listed(["here"])

        assert broadcast.undelivered() == {"here", "requesting"}


@pytest.mark.parametrize("received_before", [True, False])
def test_a_410_within_the_grace_period_is_final_once_the_connection_has_received_or_sent_something(
    *, received_before: bool
) -> None:
    new = replace(connection_named("new"), connected_at=datetime.now(UTC), has_spoken=not received_before)
    closed = threading.Event()

    def fail(connection: Connection) -> None:
        if closed.is_set():
            raise ConnectionGone(connection.id)

    pusher, live = RecordingPusher(fail), live_turn()
    with new_broadcast(live, pusher) as broadcast:
        if received_before:
            broadcast.deliver_to([new])
            pusher.wait_for(new, "initializeChat")
        closed.set()
        broadcast.deliver_to([new])
        finish(live)
        assert broadcast.wait_until_delivered(TIMEOUT_S)

        assert broadcast.listeners == 0


def test_a_post_that_raises_has_an_unknown_outcome(caplog: pytest.LogCaptureFixture) -> None:
    errors = iter([ValueError("a defect"), None])

    def fail_once(connection: Connection) -> None:
        if connection.id == "failing" and (error := next(errors, None)) is not None:
            raise error

    pusher, live = RecordingPusher(fail_once), live_turn()
    with new_broadcast(live, pusher) as broadcast:
        broadcast.deliver_to([connection_named("failing"), connection_named("here")])
        finish(live)
        assert broadcast.wait_until_delivered(TIMEOUT_S)

    for name in ("failing", "here"):
        assert pusher.events(connection_named(name)) == ["initializeChat", "complete"]
    assert [record.getMessage() for record in caplog.records] == ["push_raised"]
    assert caplog.records[0].__dict__["reason"] == "ValueError"
    assert "a defect" not in caplog.text


def test_a_connection_whose_reader_fails_is_not_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    def render(event: TurnEvent, max_bytes: int) -> bytes:
        if isinstance(event, TurnCompleted):
            raise RecursionError("a defect")
        return RENDER(event, max_bytes)

    pusher, live = RecordingPusher(), live_turn()
    with new_broadcast(live, pusher, render=render) as broadcast:
        broadcast.deliver_to([connection_named("here")])
        finish(live)
        assert broadcast.wait_until_delivered(TIMEOUT_S)

    assert pusher.events(connection_named("here")) == ["initializeChat"]
    assert [record.getMessage() for record in caplog.records] == ["reader_raised"]
    assert caplog.records[0].__dict__["reason"] == "RecursionError"
    assert "a defect" not in caplog.text


def test_only_a_post_that_may_still_arrive_leaves_a_connection_in_doubt() -> None:
    release, reached = threading.Event(), threading.Event()

    def fail(connection: Connection) -> None:
        if connection.id == "slow":
            reached.set()
            release.wait(60)
        if connection.id == "throttled":
            raise PushThrottled(connection.id)

    pusher = RecordingPusher(fail)
    with new_broadcast(live_turn(), pusher) as broadcast:
        broadcast.deliver_to(
            [connection_named("slow"), connection_named("throttled"), connection_named("quick")]
        )
        pusher.wait_for(connection_named("quick"), "initializeChat")
        assert reached.wait(TIMEOUT_S)
        broadcast.stop_posting()
        eventually(lambda: broadcast.acknowledged() == {"quick"} and broadcast.in_doubt() == {"slow"})
        release.set()


def test_leaving_the_context_ends_every_thread() -> None:
    before = threading.active_count()

    with new_broadcast(live_turn(), RecordingPusher()) as broadcast:
        broadcast.deliver_to([connection_named(str(number)) for number in range(10)])
        during = threading.active_count()

    assert during == before + 10
    assert threading.active_count() == before


def test_more_connections_than_allowed_wait_until_others_have_left(caplog: pytest.LogCaptureFixture) -> None:
    first, second, third = (connection_named(name) for name in ("first", "second", "third"))
    pusher, live = RecordingPusher(), live_turn()
    before = threading.active_count()
    with new_broadcast(live, pusher, policy=replace(POLICY, max_connections=2)) as broadcast:
        broadcast.deliver_to([first, second, third])
        during = threading.active_count()
        live.say(AnswerDelta("a", "Hello"))
        assert broadcast.wait_until_delivered(TIMEOUT_S)
        received_while_waiting = list(pusher.received(third))
        broadcast.deliver_to([first, third])
        eventually(lambda: threading.active_count() < during)
        broadcast.deliver_to([first, third])
        finish(live)
        assert broadcast.wait_until_delivered(TIMEOUT_S)

    assert during == before + 2
    assert received_while_waiting == []
    assert {record.getMessage() for record in caplog.records} == {"connections_wait_for_others"}
    assert pusher.events(third)[0] == "initializeChat"
    assert pusher.received(third)[-1] == pusher.received(first)[-1]


def test_five_hundred_concurrent_turns_deliver_everything() -> None:
    pusher, turns = RecordingPusher(), [live_turn() for _ in range(500)]
    broadcasts = [new_broadcast(live, pusher) for live in turns]
    try:
        for number, (live, broadcast) in enumerate(zip(turns, broadcasts, strict=True)):
            broadcast.deliver_to([connection_named(str(number))])
            live.say(AnswerDelta("a", "Hello "))
        for live in turns:
            live.say(AnswerDelta("a", "again"))
            finish(live)
        assert all(broadcast.wait_until_delivered(60) for broadcast in broadcasts)
    finally:
        for broadcast in broadcasts:
            broadcast.close()

    finals = [pusher.received(connection_named(str(number)))[-1] for number in range(500)]
    answers = {
        part["message"]
        for final in finals
        for part in final["payload"]["messages"][MESSAGE_ID]["response_messages"].values()
    }
    assert answers == {"Hello again"}
