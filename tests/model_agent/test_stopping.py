"""A stop, a close and a deadline abort the call to the model itself."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.contracts.agent_contract import a_task
from tests.model_agent.agent_runs import LIMITS, answering, text_of
from tests.model_agent.scripted_model import Hold, ModelRequest, Piece, Say, Use, in_order
from tests.samples.loaded import context_of
from tests.turns.world import World as TurnWorld
from threadcast.adapters.model_agent.usage.turn_limits import Limit, ModelLimits
from threadcast.domain.asset import Asset, Table
from threadcast.domain.streamed_parts import AnswerEnd
from threadcast.ports.agent_events import AgentEvent, FileMade, TokensUsed
from threadcast.turns.commands import PostRequest
from threadcast.turns.running.run_turn import OUT_OF_TIME

AT_LAST_S = 60
"""Deadline for a disconnect; without an abort, a call lasts as long as the client's timeout of an hour."""

FOR_EVER = {"read_timeout_s": 3_600}

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@contextmanager
def stopping_at(hold: Hold, stop: threading.Event, *others: threading.Event) -> Iterator[None]:
    """Set `stop` once the model is silent and the other events are set."""
    moments = (hold.reached, *others)
    stopper = threading.Thread(target=lambda: all(each.wait(AT_LAST_S) for each in moments) and stop.set())
    stopper.start()
    try:
        yield
    finally:
        stopper.join()


@pytest.mark.parametrize("before_the_stream", [False, True])
def test_a_stop_aborts_the_call_while_the_model_is_silent(endpoint: str, before_the_stream: bool) -> None:
    hold, stop = Hold(before_the_stream=before_the_stream), threading.Event()
    script: list[Piece] = [hold] if before_the_stream else [Say("It "), hold]
    with answering(endpoint, in_order(script), **FOR_EVER) as setup, stopping_at(hold, stop):
        events = setup.answer(a_task(wants_title=False, stop=stop))

        assert hold.disconnected.wait(AT_LAST_S)
    assert text_of(events) in {"", "It "}


def test_closing_the_iterator_aborts_the_call(endpoint: str) -> None:
    hold = Hold()
    with answering(endpoint, in_order([Say("It "), hold]), **FOR_EVER) as setup:
        stream = setup.agent.answer(a_task(wants_title=False))
        next(stream)

        stream.close()  # type: ignore[attr-defined]

        assert hold.disconnected.wait(AT_LAST_S)


def test_a_stop_aborts_the_title_call_too(endpoint: str) -> None:
    hold, stop = Hold(), threading.Event()

    def reply(request: ModelRequest) -> list[Piece]:
        return [hold] if request.is_title_request else [Say("It ", "was.")]

    limits = replace(LIMITS, title_s=3_600)
    events: list[AgentEvent] = []
    answered = threading.Event()
    with answering(endpoint, reply, limits, **FOR_EVER) as setup, stopping_at(hold, stop, answered):
        for event in setup.agent.answer(a_task(stop=stop)):
            events.append(event)
            if text_of(events) == "It was.":
                answered.set()

        assert hold.disconnected.wait(AT_LAST_S)
    assert text_of(events) == "It was."


def test_an_iterator_that_is_never_advanced_makes_no_call(endpoint: str) -> None:
    with answering(endpoint, in_order()) as setup:
        setup.agent.answer(a_task()).close()  # type: ignore[attr-defined]

        assert setup.model.requests == []


def test_a_stop_ends_a_running_query_of_the_model(endpoint: str) -> None:
    stop = threading.Event()
    script = [Use("query_data", {"sql": ENDLESS, "purpose": "all"})]
    with answering(endpoint, in_order(script)) as setup:
        stream = setup.agent.answer(
            a_task("Create a metric.", context_of("iowa_electricity"), wants_title=False, stop=stop)
        )
        next(stream)

        stop.set()

        assert [event for event in stream if not isinstance(event, TokensUsed)] == []


def test_an_answer_that_takes_too_long_ends_with_a_notice(endpoint: str) -> None:
    hold = Hold()
    limits = ModelLimits(max_s=0.3)
    with answering(endpoint, in_order([Say("It "), hold]), limits, **FOR_EVER) as setup:
        events = setup.answer(a_task(wants_title=False))

        assert hold.disconnected.wait(AT_LAST_S)
    assert text_of(events) == "It " + Limit.TIME.value
    assert [event.id for event in events if isinstance(event, AnswerEnd)] == ["answer-1", "notice"]


def test_the_time_limit_ends_a_running_tool(endpoint: str) -> None:
    script = in_order([Use("query_data", {"sql": ENDLESS, "purpose": "all"})], [Say("Never.")])
    with answering(endpoint, script, replace(LIMITS, max_s=0.3)) as setup:
        events = setup.answer(a_task(context=context_of("iowa_electricity"), wants_title=False))

        assert len(setup.model.requests) == 1
    assert text_of(events) == Limit.TIME.value


@pytest.mark.parametrize("moment", ["query", "save"])
def test_a_stop_leaves_a_complete_metric_or_none(
    endpoint: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    sql = {"query": ENDLESS, "save": "SELECT 1 AS n"}[moment]
    given = {"name": "N", "description": "n", "sql": sql, "chart": "table"}
    with answering(endpoint, in_order([Use("create_metric", given)])) as setup:
        save = setup.library.save

        def stopped_save(asset: Asset, rows: Table | None) -> None:
            stop.set()
            save(asset, rows)

        monkeypatch.setattr(setup.library, "save", stopped_save)
        stream = setup.agent.answer(
            a_task("Create a metric.", context_of("iowa_electricity"), wants_title=False, stop=stop)
        )
        next(stream)
        if moment == "query":
            stop.set()
        rest = [event for event in stream if not isinstance(event, TokensUsed)]

        made = [setup.assets.rows(asset.id) for asset in setup.library.all()]
    assert [event for event in rest if isinstance(event, FileMade)] == []
    assert made == {"query": [], "save": [Table(("n",), ((1,),))]}[moment]


def test_the_functions_deadline_aborts_the_call_and_keeps_the_answer_so_far(endpoint: str) -> None:
    hold, setup = Hold(), TurnWorld(background=True)
    with answering(endpoint, in_order([Say("It "), hold]), **FOR_EVER) as agent_setup:
        setup.agent = agent_setup.agent  # type: ignore[assignment]
        connection = setup.connect()
        setup.ask(PostRequest(prompt="Why?"), connection)
        setup.pusher.wait_for(connection, "generatingResponseMessage", AT_LAST_S)

        setup.left_s = 0

        assert hold.disconnected.wait(AT_LAST_S)
        setup.finish()
    last = setup.pusher.received(connection)[-1]
    assert last["error"]["message"] == OUT_OF_TIME
    chat = setup.use_cases.chats.load(last["error"]["chat_id"], (), max_bytes=1)
    assert chat is not None
    assert [part.text for part in chat.messages[-1].responses] == ["It "]  # type: ignore[union-attr]
    assert chat.messages[-1].estimated_tokens > 0


def test_bedrocks_connection_is_reused() -> None:
    with answering("bedrock", in_order([Say("One.")], [Say("Two.")])) as setup:
        setup.answer(a_task(wants_title=False))
        setup.answer(a_task(wants_title=False))

        assert len({request.peer for request in setup.model.requests}) == 1
