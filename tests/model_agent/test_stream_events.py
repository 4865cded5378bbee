"""Agent events of a model's stream, through the real SDKs and sockets."""

import itertools
import json
import os

import pytest

from tests.agent_steps import pills_steps
from tests.contracts.agent_contract import a_task
from tests.model_agent.agent_runs import AgentSetup, answering, answers, text_of
from tests.model_agent.scripted_model import Cut, Hold, Piece, Say, Think, Tokens, Use, in_order
from tests.samples.loaded import context_of
from threadcast.adapters.model_agent.model_errors import Failure
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    ReasoningDelta,
    ReasoningEnd,
    StepSnapshot,
)
from threadcast.errors import AgentError
from threadcast.ports.agent_events import AgentEvent, TokensUsed


def test_text_is_emitted_in_the_models_chunks(endpoint: str) -> None:
    events = answers(endpoint, [Say("It was ", "2010.")])

    assert events == [
        AnswerDelta("answer-1", "It was "),
        AnswerDelta("answer-1", "2010."),
        AnswerEnd("answer-1"),
        TokensUsed(100, 20),
    ]


def test_reasoning_is_a_part_before_the_answer(endpoint: str) -> None:
    events = answers(endpoint, [Think("Let me ", "see."), Say("2010.")])

    assert events == [
        ReasoningDelta("thought-1", "Thinking", "Let me "),
        ReasoningDelta("thought-1", "Thinking", "see."),
        ReasoningEnd("thought-1", "Thought"),
        AnswerDelta("answer-2", "2010."),
        AnswerEnd("answer-2"),
        TokensUsed(100, 20),
    ]


def test_a_tool_use_is_a_step_between_the_parts_of_the_answer(endpoint: str) -> None:
    first = [Say("I look."), Use("describe_asset", {})]

    events = answers(endpoint, first, [Say("Done.")], context=context_of("iowa_electricity"))

    assert [type(event) for event in events] == [
        AnswerDelta,
        AnswerEnd,
        StepSnapshot,
        TokensUsed,
        StepSnapshot,
        AnswerDelta,
        AnswerEnd,
        TokensUsed,
    ]
    shown = [(step.id, step.status) for step in pills_steps(events)]
    assert shown == [("tool-1", "loading"), ("tool-1", "completed")]


def test_two_tool_uses_with_the_same_id_are_two_steps(endpoint: str) -> None:
    replies = [[Use("describe_asset", {}, "call_0")], [Use("describe_asset", {}, "call_0")], [Say("Done.")]]

    events = answers(endpoint, *replies, context=context_of("iowa_electricity"))

    steps = [step.id for step in pills_steps(events)]
    assert steps == ["tool-1", "tool-1", "tool-2", "tool-2"]


def test_two_tool_uses_in_one_message_run_in_order(endpoint: str) -> None:
    uses = [Use("describe_asset", {}, "a"), Use("query_data", {"sql": "SELECT 1", "purpose": "one"}, "b")]
    with answering(endpoint, in_order(uses, [Say("Done.")])) as setup:
        events = setup.answer(a_task(context=context_of("iowa_electricity"), wants_title=False))

        results = setup.model.questions[-1].results

    finished = [step.id for step in pills_steps(events) if step.status == "completed"]
    assert finished == ["tool-1", "tool-2"]
    assert len(results) == 2
    assert results[1].startswith("1 row")


@pytest.mark.parametrize("blank", ["\n\n", " "])
def test_white_space_alone_is_not_a_part_of_an_answer(endpoint: str, blank: str) -> None:
    events = answers(
        endpoint,
        [Say(blank), Use("describe_asset", {})],
        [Say(blank, "Yes.")],
        context=context_of("iowa_electricity"),
    )

    texts = [event for event in events if isinstance(event, AnswerDelta | AnswerEnd)]
    assert [event.text for event in texts if isinstance(event, AnswerDelta)] == ["Yes."]
    assert len(texts) == 2


def test_the_first_words_are_emitted_while_the_model_still_writes(endpoint: str) -> None:
    hold = Hold()
    with answering(endpoint, in_order([Say("It was "), hold])) as setup:
        stream = setup.agent.answer(a_task(wants_title=False))

        first = next(stream)

        assert first == AnswerDelta("answer-1", "It was ")
        assert hold.reached.wait(60)
        assert not hold.disconnected.is_set()
        stream.close()  # type: ignore[attr-defined]


def test_tokens_from_the_prompt_cache_count_as_read(endpoint: str) -> None:
    events = answers(endpoint, [Say("Yes."), Tokens(100, 20, cached=900)])

    assert events[-1] == TokensUsed(1_000, 20, 900)


def test_a_tool_that_does_not_exist_shows_no_step(endpoint: str) -> None:
    with answering(
        endpoint, in_order([Use("open_file", {"path": "/etc/passwd"})], [Say("I can't.")])
    ) as setup:
        events = setup.answer(a_task(context=context_of("iowa_electricity"), wants_title=False))

        assert "Unknown tool" in setup.model.questions[-1].results[0]
    assert pills_steps(events) == []


def test_a_model_gets_three_tools_and_none_of_the_sdks(endpoint: str) -> None:
    with answering(endpoint, in_order([Say("Yes.")])) as setup:
        setup.answer(a_task(context=context_of("work_and_power"), wants_title=False))

        assert setup.model.requests[0].tools == ("query_data", "describe_asset", "create_metric")


def test_without_an_asset_there_are_no_tools(endpoint: str) -> None:
    with answering(endpoint, in_order([Say("Yes.")])) as setup:
        setup.answer(a_task(wants_title=False))

        assert setup.model.requests[0].tools == ()


def test_an_interrupted_stream_is_never_a_complete_answer(endpoint: str) -> None:
    """Cut after every seventh byte (nightly after each), until the usage is received as well."""
    cuts = itertools.count(step=1 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 7)
    events: list[AgentEvent] = []
    with answering(endpoint, lambda _: [Think("Hm."), Say("It ", "was."), Cut(next(cuts))]) as setup:
        while TokensUsed(100, 20) not in events:
            failure, events = outcome_of(setup)

            assert (failure, text_of(events)) == (None, "It was.") or failure == Failure.BROKE_OFF.value
    assert next(cuts) > 500


def outcome_of(setup: AgentSetup) -> tuple[str | None, list[AgentEvent]]:
    """Return the failure's sentence, if any, and the events before it."""
    events: list[AgentEvent] = []
    try:
        for event in setup.agent.answer(a_task(wants_title=False)):
            events.append(event)  # noqa: PERF402 - what came before an error stays
    except AgentError as error:
        return error.message, events
    return None, events


LOST = "half a \ud83d character"
SPLIT = ("half a \ud83d", "\ude00 character")


@pytest.mark.parametrize(
    "first",
    [
        [Say(LOST), Use("describe_asset", {})],
        [Say(*SPLIT), Use("describe_asset", {})],
        [Think(LOST), Use("describe_asset", {})],
        [Use("describe_asset", {"table": LOST})],
        [Use("describe_asset", {LOST: [LOST]})],
        [Use(LOST, {})],
        [Use("query_data", {"sql": f"SELECT '{LOST}' AS a", "purpose": LOST})],
    ],
)
def test_lone_surrogates_do_not_end_an_answer(endpoint: str, first: list[Piece]) -> None:
    with answering(endpoint, in_order(first, [Say("Done ", LOST)])) as setup:
        events = setup.answer(a_task(context=context_of("iowa_electricity"), wants_title=False))

        assert '\\ud83d"' not in json.dumps(setup.model.requests[-1].body)
    assert "Done " in text_of(events)


@pytest.mark.parametrize(
    "given", ["{not json", "[1]", '"SELECT 1"', "null", "", '{"sql": 1}', '{"sql": NaN}']
)
def test_an_invalid_tool_input_is_reported_to_the_model(endpoint: str, given: str) -> None:
    with answering(endpoint, in_order([Use("query_data", given)], [Say("Done.")])) as setup:
        events = setup.answer(a_task(context=context_of("iowa_electricity"), wants_title=False))

        assert setup.model.questions[-1].results == ("'sql' must be a text that is not empty.",)
    assert text_of(events) == "Done."


def test_reasoning_is_sent_back_to_bedrock_with_its_signature() -> None:
    first = [Think("Let me ", "see.", signature="EqQB"), Use("describe_asset", {})]
    with answering("bedrock", in_order(first, [Say("Done.")])) as setup:
        setup.answer(a_task(context=context_of("iowa_electricity"), wants_title=False))

        _, assistant, _ = setup.model.requests[-1].body["messages"]
    thought = {"text": "Let me see.", "signature": "EqQB"}
    assert assistant["content"][0] == {"reasoningContent": {"reasoningText": thought}}
    assert "toolUse" in assistant["content"][1]
