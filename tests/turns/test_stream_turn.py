"""A turn without a WebSocket: `stream_turn` checks the request at once and returns an iterator of events."""

import pytest

from tests.fakes import Pause, ScriptedAgent
from tests.turns.world import ALICE, BOB, HELLO, SECRET, WIND, World, with_times
from threadcast.domain.streamed_parts import AnswerDelta, AnswerSnapshot, TitleEnd
from threadcast.domain.turn_events import ChatOpened, TurnCompleted
from threadcast.errors import NotFound, StoreUnavailable
from threadcast.ports.push import MAX_FRAME_BYTES
from threadcast.protocol.chat_payload import chat_payload
from threadcast.turns.commands import PostRequest


def test_a_request_is_checked_before_the_first_event_is_requested() -> None:
    with pytest.raises(NotFound, match="Asset not found"):
        World().use_cases.stream_turn.stream_turn(PostRequest(asset=SECRET), ALICE, "k-1")


def test_an_asset_without_a_prompt_yields_every_event() -> None:
    turn = World().use_cases.stream_turn.stream_turn(PostRequest(asset=WIND), ALICE, "k-1")

    assert [type(event) for event in turn] == [ChatOpened, AnswerSnapshot, AnswerSnapshot, TurnCompleted]


def test_a_prompt_yields_every_event_as_it_is_published() -> None:
    turn = World().use_cases.stream_turn.stream_turn(PostRequest("Hello?"), ALICE, "k-1")

    assert [type(event) for event in turn] == [
        ChatOpened,
        AnswerDelta,
        AnswerDelta,
        AnswerSnapshot,
        TitleEnd,
        TurnCompleted,
    ]


def test_closing_the_iterator_stops_the_turn_and_keeps_the_answer_so_far() -> None:
    world = World(ScriptedAgent(AnswerDelta("answer", "Hel"), Pause(), *HELLO))
    turn = world.use_cases.stream_turn.stream_turn(PostRequest("Hello?"), ALICE, "k-1")
    opened = next(turn)
    next(turn)

    turn.close()  # type: ignore[attr-defined]  # it is a generator

    assert isinstance(opened, ChatOpened)
    message = world.use_cases.chats.message(opened.view.chat.id, opened.view.messages[-1].id)
    assert message is not None
    assert message.outcome is not None
    assert message.outcome.kind == "stopped"


def test_a_duplicate_request_yields_the_present_state_of_the_turn() -> None:
    world = World()
    first = list(world.use_cases.stream_turn.stream_turn(PostRequest("Hello?"), ALICE, "k-1"))

    again = list(world.use_cases.stream_turn.stream_turn(PostRequest("Hello?"), ALICE, "k-1"))

    assert [type(event) for event in again] == [ChatOpened, TurnCompleted]
    payloads = [chat_payload(turn[-1].view, MAX_FRAME_BYTES) for turn in (first, again)]  # type: ignore[union-attr]
    assert payloads[0] == payloads[1]
    assert len(world.agent.tasks) == 1


def test_a_chat_of_another_user_is_not_found() -> None:
    world = World()
    opened = next(iter(world.use_cases.stream_turn.stream_turn(PostRequest("Hello?"), ALICE, "k-1")))
    assert isinstance(opened, ChatOpened)

    with pytest.raises(NotFound, match="Chat not found"):
        world.use_cases.stream_turn.stream_turn(PostRequest("And?", chat_id=opened.view.chat.id), BOB, "k-2")


def test_closing_the_iterator_after_its_first_event_leaves_no_running_turn() -> None:
    world = World(ScriptedAgent(Pause(), *HELLO))
    turn = world.use_cases.stream_turn.stream_turn(PostRequest("Hello?"), ALICE, "k-1")
    opened = next(turn)

    turn.close()  # type: ignore[attr-defined]  # it is a generator

    assert isinstance(opened, ChatOpened)
    assert world.use_cases.chats.running_turn(opened.view.chat.id) is None


def test_an_outcome_that_cannot_be_stored_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(policy=with_times(World().policy, lease_s=0.1))

    def unavailable(*_: object, **__: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(world.use_cases.turns, "decide", unavailable)
    turn = world.use_cases.stream_turn.stream_turn(PostRequest("Hello?"), ALICE, "k-1")

    with pytest.raises(StoreUnavailable):
        list(turn)
