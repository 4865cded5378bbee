"""The tokens that a turn has used are stored on its message, also where the turn was cut short."""

import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.turns.world import World
from threadcast.domain.message import Message
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent, TokensUsed
from threadcast.protocol.routes import CHATS_STOP
from threadcast.turns.commands import PostRequest, StopRequest

USED = TokensUsed(1_000, 100, 0, Decimal("0.0055"), estimated_tokens=1_100)


class MeteredAgent:
    """Yields text until it is stopped, then the tokens used; with `ignores_stop` it never ends."""

    def __init__(self, piece: str = "Hel", *, pieces: int = 1, ignores_stop: bool = False) -> None:
        self._events = [AnswerDelta("answer", piece)] * pieces
        self._ignores_stop = ignores_stop
        self.closed = threading.Event()

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        try:
            for event in self._events:
                if task.stop.is_set():
                    break
                yield event
            task.stop.wait(60)
            while self._ignores_stop:
                yield AnswerDelta("answer", "!")
            yield USED
        finally:
            self.closed.set()


def message_of_turn_ended(world: World, *, by: str) -> Message:
    """Return the stored message of a turn that ends in this way."""
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection)
    running = world.pusher.wait_for(connection, "generatingResponseMessage")["payload"]
    if by == "stop":
        world.use_cases.dispatcher.dispatch(
            CHATS_STOP, StopRequest(running["chat_id"], running["message_id"]), world.context(connection)
        )
    elif by == "deadline":
        world.left_s = 0.5
    world.finish()
    message = world.use_cases.chats.message(running["chat_id"], running["message_id"])
    assert message is not None
    return message


@pytest.mark.parametrize("by", ["stop", "deadline"])
def test_tokens_used_until_a_stop_or_the_deadline_are_counted(by: str) -> None:
    message = message_of_turn_ended(World(MeteredAgent(), background=True), by=by)

    assert (message.input_tokens, message.output_tokens, message.cost_usd) == (1_000, 100, USED.cost_usd)
    assert message.estimated_tokens == 1_100


def test_tokens_used_for_a_full_message_are_counted() -> None:
    message = message_of_turn_ended(
        World(MeteredAgent("x" * 1_000, pieces=200), background=True), by="its length"
    )

    assert (message.input_tokens, message.output_tokens) == (1_000, 100)


def test_an_agent_that_ignores_a_stop_is_closed() -> None:
    agent = MeteredAgent(ignores_stop=True)

    message_of_turn_ended(World(agent, background=True), by="stop")

    assert agent.closed.wait(60)
