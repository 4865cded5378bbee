"""A stop, a close and a deadline end the call to the model, not only our listening to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.contracts.agent_contract import asked
from tests.model_agent.script import Asked, Hold, Piece, Say, Use, in_order
from tests.model_agent.world import LIMITS, answering, text_of
from tests.samples.loaded import context_of
from tests.turns.world import World as TurnWorld
from threadcast.adapters.model_agent.usage.turn_limits import Limit, ModelLimits
from threadcast.domain.asset import Asset, Table
from threadcast.domain.commands import PostRequest
from threadcast.ports.agent_events import AgentEvent, AnswerEnded, FileMade, TokensUsed
from threadcast.turns.running.run_turn import OUT_OF_TIME

AT_LAST_S = 60
"""How long a hang-up is waited for: what is not hung up lasts as long as the client's time-out of an hour."""

FOR_EVER = {"read_timeout_s": 3_600}

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@contextmanager
def stopping_at(hold: Hold, stop: threading.Event, *others: threading.Event) -> Iterator[None]:
    """Set `stop` once the model has fallen silent, and whatever else there is to wait for has come."""
    moments = (hold.reached, *others)
    stopper = threading.Thread(target=lambda: all(each.wait(AT_LAST_S) for each in moments) and stop.set())
    stopper.start()
    try:
        yield
    finally:
        stopper.join()


@pytest.mark.parametrize("before_the_stream", [False, True])
def test_a_stop_while_the_model_is_silent_hangs_up(endpoint: str, before_the_stream: bool) -> None:
    hold, stop = Hold(before_the_stream=before_the_stream), threading.Event()
    script: list[Piece] = [hold] if before_the_stream else [Say("It "), hold]
    with answering(endpoint, in_order(script), **FOR_EVER) as world, stopping_at(hold, stop):
        said = world.says(asked(wants_title=False, stop=stop))

        assert hold.hung_up.wait(AT_LAST_S)
    assert text_of(said) in {"", "It "}


def test_closing_the_iterator_hangs_up(endpoint: str) -> None:
    hold = Hold()
    with answering(endpoint, in_order([Say("It "), hold]), **FOR_EVER) as world:
        stream = world.agent.answer(asked(wants_title=False))
        next(stream)

        stream.close()  # type: ignore[attr-defined]

        assert hold.hung_up.wait(AT_LAST_S)


def test_the_titles_call_is_hung_up_too(endpoint: str) -> None:
    hold, stop = Hold(), threading.Event()

    def reply(request: Asked) -> list[Piece]:
        return [hold] if request.is_for_a_title else [Say("It ", "was.")]

    limits = replace(LIMITS, title_s=3_600)
    said: list[AgentEvent] = []
    answered = threading.Event()
    with answering(endpoint, reply, limits, **FOR_EVER) as world, stopping_at(hold, stop, answered):
        for event in world.agent.answer(asked(stop=stop)):
            said.append(event)
            if text_of(said) == "It was.":
                answered.set()

        assert hold.hung_up.wait(AT_LAST_S)
    assert text_of(said) == "It was."


def test_an_iterator_that_is_never_asked_calls_nobody(endpoint: str) -> None:
    with answering(endpoint, in_order()) as world:
        world.agent.answer(asked()).close()  # type: ignore[attr-defined]

        assert world.model.asked == []


def test_a_stop_ends_a_query_that_would_run_on(endpoint: str) -> None:
    stop = threading.Event()
    script = [Use("query_data", {"sql": ENDLESS, "purpose": "all"})]
    with answering(endpoint, in_order(script)) as world:
        stream = world.agent.answer(
            asked(context=context_of("iowa_electricity"), wants_title=False, stop=stop)
        )
        next(stream)

        stop.set()

        assert [event for event in stream if not isinstance(event, TokensUsed)] == []


def test_an_answer_that_takes_too_long_ends_with_a_notice(endpoint: str) -> None:
    hold = Hold()
    limits = ModelLimits(max_s=0.3)
    with answering(endpoint, in_order([Say("It "), hold]), limits, **FOR_EVER) as world:
        said = world.says(asked(wants_title=False))

        assert hold.hung_up.wait(AT_LAST_S)
    assert text_of(said) == "It " + Limit.TIME.value
    assert [event.part for event in said if isinstance(event, AnswerEnded)] == ["answer-1", "notice"]


def test_the_time_limit_ends_a_tool_at_its_work(endpoint: str) -> None:
    script = in_order([Use("query_data", {"sql": ENDLESS, "purpose": "all"})], [Say("Never.")])
    with answering(endpoint, script, replace(LIMITS, max_s=0.3)) as world:
        said = world.says(asked(context=context_of("iowa_electricity"), wants_title=False))

        assert len(world.model.asked) == 1
    assert text_of(said) == Limit.TIME.value


@pytest.mark.parametrize("moment", ["query", "save"])
def test_a_stop_while_a_metric_is_made_makes_it_whole_or_not_at_all(
    endpoint: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    sql = {"query": ENDLESS, "save": "SELECT 1 AS n"}[moment]
    given = {"name": "N", "description": "n", "sql": sql, "chart": "table"}
    with answering(endpoint, in_order([Use("create_metric", given)])) as world:
        save = world.library.save

        def stopped_save(asset: Asset, rows: Table | None) -> None:
            stop.set()
            save(asset, rows)

        monkeypatch.setattr(world.library, "save", stopped_save)
        stream = world.agent.answer(
            asked(context=context_of("iowa_electricity"), wants_title=False, stop=stop)
        )
        next(stream)
        if moment == "query":
            stop.set()
        rest = [event for event in stream if not isinstance(event, TokensUsed)]

        made = [world.assets.rows(asset.id) for asset in world.library.all()]
    assert [event for event in rest if isinstance(event, FileMade)] == []
    assert made == {"query": [], "save": [Table(("n",), ((1,),))]}[moment]


def test_the_functions_deadline_hangs_up_and_keeps_what_was_said(endpoint: str) -> None:
    hold, world = Hold(), TurnWorld(background=True)
    with answering(endpoint, in_order([Say("It "), hold]), **FOR_EVER) as model_world:
        world.agent = model_world.agent  # type: ignore[assignment]
        tab = world.connect()
        world.ask(PostRequest(prompt="Why?"), tab)
        world.pusher.wait_for(tab, "generatingResponseMessage", AT_LAST_S)

        world.left_s = 0

        assert hold.hung_up.wait(AT_LAST_S)
        world.finish()
    last = world.pusher.heard(tab)[-1]
    assert last["error"]["message"] == OUT_OF_TIME
    chat = world.use_cases.chats.load(last["error"]["chat_id"], (), max_bytes=1)
    assert chat is not None
    assert [part.text for part in chat.messages[-1].responses] == ["It "]  # type: ignore[union-attr]
    assert chat.messages[-1].estimated_tokens > 0


def test_bedrock_keeps_its_connection_for_the_next_call() -> None:
    with answering("bedrock", in_order([Say("One.")], [Say("Two.")])) as world:
        world.says(asked(wants_title=False))
        world.says(asked(wants_title=False))

        assert len({request.peer for request in world.model.asked}) == 1
