"""A chat that is sent beside a turn's frames never takes back what the connection had, whatever is slow."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from tests.fakes import Pause, RecordingPusher, ScriptedAgent
from tests.turns.test_endings import FIRST
from tests.turns.world import ALICE, HELLO, World
from tests.waiting import eventually
from threadcast.domain.chat import RunningTurn
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd
from threadcast.ports import Connection
from threadcast.protocol.routes import CHATS_GET
from threadcast.turns.commands import GetRequest, PostRequest
from threadcast_client import ChatState, agrees_with, fold

Frame = dict[str, Any]
EARLIER = (AnswerDelta("earlier", "Before that."), AnswerEnd("earlier"))


class InterruptedPusher(RecordingPusher):
    """Calls `meanwhile` once, after the first post of a kind of frame has begun and before it arrives."""

    def __init__(self, event: str, request_id: str | None = None) -> None:
        super().__init__()
        self._event, self._request_id = event, request_id
        self.meanwhile: Callable[[], object] | None = None

    def push(self, connection: Connection, frame: bytes) -> None:
        found = json.loads(frame)
        if (found["event"], found.get("request_id")) == (self._event, self._request_id) and self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        super().push(connection, frame)


class Interrupted:
    """A chat with an ended turn (`first`) and perhaps a running one, over one connection."""

    def __init__(self, pusher: RecordingPusher) -> None:
        self.pause = Pause()
        self.world = World(ScriptedAgent(*HELLO), pusher=pusher, background=True)
        self.connection = self.world.connect()
        self.world.ask(PostRequest("Hello?"), self.connection, key="first")
        self.world.finish()
        (self.chat_id,) = self.world.table.chats
        self.world.agent = ScriptedAgent(*EARLIER, FIRST, self.pause, *HELLO[1:])

    def begin(self) -> None:
        """Begin a second turn, and wait until its first text has arrived."""
        self.world.ask(PostRequest("And?", chat_id=self.chat_id), self.connection, key="second")
        eventually(lambda: "Hel" in self.shown().get("And?", []))

    def end(self) -> None:
        self.pause.go_on.set()
        self.world.finish()

    def get(self) -> None:
        context = self.world.context(self.connection, key="get")
        self.world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(self.chat_id), context)

    def repeat(self) -> None:
        self.world.ask(PostRequest("Hello?"), self.connection, key="first")

    def frames(self) -> list[Frame]:
        return list(self.world.pusher.received(self.connection))

    def folded(self) -> ChatState:
        return reduce(fold, self.frames(), ChatState())

    def shown(self) -> dict[str, list[str]]:
        """Return the texts of each answer, by its question, as the connection shows them."""
        chat = self.folded().chat
        assert chat is not None
        return {
            message["request_message"]["request"]: [
                message["response_messages"][id_]["message"] for id_ in message["response_message_ids"]
            ]
            for message in chat["messages"].values()
            if message["request_message"]
        }

    def complete(self) -> Frame:
        """Return the payload of the second turn's `complete`."""
        found = [
            frame
            for frame in self.frames()
            if (frame["event"], frame.get("request_id")) == ("complete", "second")
        ]
        return found[-1]["payload"]


ACTS = {"get": Interrupted.get, "repeat": Interrupted.repeat}
SENT = {"get": ("getChat", "get"), "repeat": ("complete", "first")}


@pytest.mark.parametrize("act", ACTS)
def test_during_a_turn_its_runner_gives_back_what_another_answer_leaves_out(act: str) -> None:
    chat = Interrupted(RecordingPusher())
    chat.begin()

    ACTS[act](chat)
    eventually(lambda: chat.shown().get("And?") == ["Before that.", "Hel"])
    chat.end()

    complete = chat.complete()
    assert agrees_with(chat.folded(), complete) == []
    assert chat.shown()["And?"] == ["Before that.", "Hello"]
    beside = [frame["payload"] for frame in chat.frames() if frame.get("request_id") in {"get", "first"}]
    running = [each["messages"].get(complete["message_ids"][-1]) for each in beside if each and "id" in each]
    assert all(each["response_message_ids"] == [] for each in running if each is not None)


@pytest.mark.parametrize("act", ACTS)
def test_an_answer_that_arrives_after_the_end_of_a_turn_is_followed_by_the_whole_chat(act: str) -> None:
    pusher = InterruptedPusher(*SENT[act])
    chat = Interrupted(pusher)
    chat.begin()
    pusher.meanwhile = chat.end

    ACTS[act](chat)

    assert agrees_with(chat.folded(), chat.complete()) == []
    assert chat.shown()["And?"] == ["Before that.", "Hello"]


@pytest.mark.parametrize("act", ACTS)
def test_an_answer_that_arrives_after_a_new_turn_has_begun_takes_nothing_of_it_away(act: str) -> None:
    pusher = InterruptedPusher(*SENT[act])
    chat = Interrupted(pusher)
    pusher.meanwhile = chat.begin

    ACTS[act](chat)
    eventually(lambda: chat.shown().get("And?") == ["Before that.", "Hel"])
    chat.end()

    assert agrees_with(chat.folded(), chat.complete()) == []
    assert chat.shown()["And?"] == ["Before that.", "Hello"]


@pytest.mark.parametrize("act", ACTS)
def test_an_answer_that_arrives_after_a_whole_turn_is_followed_by_the_whole_chat(act: str) -> None:
    pusher = InterruptedPusher(*SENT[act])
    chat = Interrupted(pusher)
    pusher.meanwhile = lambda: (chat.begin(), chat.end())

    ACTS[act](chat)

    assert agrees_with(chat.folded(), chat.complete()) == []
    assert chat.shown()["And?"] == ["Before that.", "Hello"]


def test_an_answer_that_ended_between_the_reads_of_the_chat_and_of_its_messages_is_shown() -> None:
    answer = Interrupted(RecordingPusher())
    ended = answer.world.use_cases.chats.load(answer.chat_id, (), max_bytes=100_000)
    assert ended is not None
    assert ended.newest is not None
    running = RunningTurn(ended.newest.id, ALICE.id, answer.world.clock.now())

    view = replace(ended, chat=replace(ended.chat, running_turn=running)).view()

    assert view.without_running_answer(ALICE.id).newest.responses == ended.newest.responses != ()
