"""What a turn has used is on its message, also where nobody wanted the rest of the answer."""

import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.turns.world import World
from threadcast.domain.commands import PostRequest, StopRequest
from threadcast.domain.message import Message
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent, AnswerExtended, TokensUsed

USED = TokensUsed(1_000, 100, 0, Decimal("0.0055"), estimated_tokens=1_100)


class Talker:
    """Says pieces until it is stopped, then what they have used; `deaf`: goes on for ever."""

    def __init__(self, piece: str = "Hel", *, pieces: int = 1, deaf: bool = False) -> None:
        self._said = [AnswerExtended("answer", piece)] * pieces
        self._deaf = deaf
        self.closed = threading.Event()

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        try:
            for event in self._said:
                if task.stop.is_set():
                    break
                yield event
            task.stop.wait(60)
            while self._deaf:
                yield AnswerExtended("answer", "!")
            yield USED
        finally:
            self.closed.set()


def ended(world: World, *, by: str) -> Message:
    """The message of a turn that ends like that, as it is stored."""
    tab = world.connect()
    world.ask(PostRequest("Hello?"), tab)
    found = world.pusher.wait_for(tab, "generatingResponseMessage")["payload"]
    if by == "stop":
        world.use_cases.stop_thread.stop(StopRequest(found["chat_id"], found["message_id"]), world.asker(tab))
    elif by == "deadline":
        world.left_s = 0.5
    world.finish()
    message = world.use_cases.chats.message(found["chat_id"], found["message_id"])
    assert message is not None
    return message


@pytest.mark.parametrize("by", ["stop", "deadline"])
def test_what_was_used_until_a_stop_or_the_deadline_is_counted(by: str) -> None:
    message = ended(World(Talker(), background=True), by=by)

    assert (message.input_tokens, message.output_tokens, message.cost_usd) == (1_000, 100, USED.cost_usd)
    assert message.estimated_tokens == 1_100


def test_what_was_used_for_a_message_that_is_full_is_counted() -> None:
    message = ended(World(Talker("x" * 1_000, pieces=200), background=True), by="its length")

    assert (message.input_tokens, message.output_tokens) == (1_000, 100)


def test_an_agent_that_is_deaf_to_a_stop_is_heard_no_longer() -> None:
    agent = Talker(deaf=True)

    ended(World(agent, background=True), by="stop")

    assert agent.closed.wait(60)
