"""Failures of a model: retried before any output, otherwise reported with a safe sentence."""

import logging
import socket
import traceback

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.contracts.agent_contract import a_task
from tests.model_agent.agent_runs import LIMITS, answering, answers, text_of
from tests.model_agent.scripted_model import (
    Fault,
    Garbage,
    Hold,
    Piece,
    Refuse,
    Say,
    Stop,
    Think,
    Truncate,
    Use,
    in_order,
)
from tests.samples.loaded import context_of
from threadcast.adapters.model_agent.model_errors import Failure
from threadcast.adapters.model_agent.providers.bedrock import failure_of
from threadcast.adapters.model_agent.usage.turn_limits import Limit, ModelLimits
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.errors import AgentError
from threadcast.ports.agent_events import AgentEvent, TokensUsed

BUSY = Refuse(429, "ThrottlingException", "Too many requests, please wait before trying again.")
SECRET = "the takeover of Initech on Friday"


def failing(
    endpoint: str, *replies: list[Piece], prompt: str = "Which year?"
) -> tuple[list[AgentEvent], AgentError]:
    events: list[AgentEvent] = []
    with answering(endpoint, in_order(*replies)) as setup, pytest.raises(AgentError) as caught:
        events.extend(
            setup.agent.answer(a_task(prompt, context=context_of("iowa_electricity"), wants_title=False))
        )
    return events, caught.value


@pytest.mark.parametrize(
    ("piece", "failure"),
    [
        (Refuse(403, "AccessDeniedException", "You don't have access to the model"), Failure.ACCESS_DENIED),
        (Refuse(404, "ResourceNotFoundException", "no such model"), Failure.MISCONFIGURED),
        (Refuse(400, "ValidationException", "a parameter is wrong"), Failure.MISCONFIGURED),
        (Refuse(400, "ValidationException", "Input is too long for requested model."), Failure.TOO_LONG),
        (Refuse(503, "ServiceUnavailableException"), Failure.UNAVAILABLE),
        (BUSY, Failure.THROTTLED),
    ],
)
def test_each_refusal_fails_with_its_own_sentence(endpoint: str, piece: Refuse, failure: Failure) -> None:
    events, error = failing(endpoint, *[[piece]] * LIMITS.attempts)

    assert events == []
    assert error.message == failure.value


@pytest.mark.parametrize(
    ("piece", "failure"),
    [
        (Refuse(401, "invalid_api_key", "Incorrect API key provided"), Failure.ACCESS_DENIED),
        (Refuse(429, "insufficient_quota", "You exceeded your current quota"), Failure.ACCESS_DENIED),
        (Refuse(404, "model_not_found", "The model does not exist"), Failure.MISCONFIGURED),
        (Refuse(400, "context_length_exceeded", "too many tokens"), Failure.TOO_LONG),
        # vLLM has no codes; its text is OpenAI's former one.
        (
            Refuse(400, "BadRequestError", "This model's maximum context length is 4096 tokens."),
            Failure.TOO_LONG,
        ),
        (Refuse(400, "content_filter", "The prompt was filtered"), Failure.FILTERED),
    ],
)
def test_a_refusal_by_an_openai_endpoint_fails_without_a_retry(piece: Refuse, failure: Failure) -> None:
    with answering("openai", in_order([piece], [Say("?")])) as setup:
        with pytest.raises(AgentError) as caught:
            setup.answer(a_task(wants_title=False))

        assert len(setup.model.requests) == 1
    assert caught.value.message == failure.value


@pytest.mark.parametrize("status", [408, 409])
def test_statuses_that_openais_sdk_retries_are_retried(status: int) -> None:
    assert text_of(answers("openai", [Refuse(status, "conflict")], [Say("It was 2010.")])) == "It was 2010."


def test_every_error_that_bedrock_declares_has_a_sentence() -> None:
    operation = (
        boto3.Session()
        .client("bedrock-runtime", "eu-central-1")
        .meta.service_model.operation_model("ConverseStream")
    )
    events = operation.get_event_stream_output().members
    within = [shape.name for shape in events.values() if shape.metadata.get("exception")]
    declared = [shape.name for shape in operation.error_shapes] + within

    failures = {
        name: failure_of(ClientError({"Error": {"Code": name}}, "ConverseStream")) for name in declared
    }

    assert len(failures) >= 8
    assert [name for name, failure in failures.items() if failure in (None, Failure.UNKNOWN)] == []


def test_the_pauses_between_retries_double(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []

    async def pause(duration_s: float) -> None:
        paused.append(duration_s)

    monkeypatch.setattr("threadcast.adapters.model_agent.loop_hooks.pause", pause)

    with pytest.raises(AgentError):
        answers(endpoint, *[[BUSY]] * 4, limits=ModelLimits())

    assert paused == [0.5, 1, 2]


@pytest.mark.parametrize(
    "piece", [BUSY, Refuse(503, "ServiceUnavailableException"), Refuse(500, "InternalServerException")]
)
def test_a_transient_failure_is_retried_before_the_first_token(endpoint: str, piece: Refuse) -> None:
    events = answers(endpoint, [piece], [piece], [Say("It was 2010.")])

    assert text_of(events) == "It was 2010."


def test_retries_are_limited(endpoint: str) -> None:
    with answering(endpoint, in_order(*[[BUSY]] * 9)) as setup:
        with pytest.raises(AgentError):
            setup.answer(a_task(wants_title=False))

        assert len(setup.model.requests) == LIMITS.attempts


def test_a_permanent_failure_is_not_retried(endpoint: str) -> None:
    with answering(endpoint, in_order([Refuse(403, "AccessDeniedException")], [Say("?")])) as setup:
        with pytest.raises(AgentError):
            setup.answer(a_task(wants_title=False))

        assert len(setup.model.requests) == 1


def test_a_later_call_of_the_loop_is_retried_too(endpoint: str) -> None:
    events = answers(
        endpoint, [Use("describe_asset", {})], [BUSY], [Say("Done.")], context=context_of("iowa_electricity")
    )

    assert text_of(events) == "Done."


@pytest.mark.parametrize(
    ("piece", "failure"),
    [
        (Fault("ThrottlingException", "Too many requests"), Failure.THROTTLED),
        (Truncate(), Failure.BROKE_OFF),
        (Truncate(politely=True), Failure.BROKE_OFF),
    ],
)
def test_a_failure_after_the_first_token_is_not_retried(
    endpoint: str, piece: Piece, failure: Failure
) -> None:
    events, error = failing(endpoint, [Say("It "), piece], [Say("It was 2010.")])

    assert text_of(events) == "It "
    assert error.message == failure.value


@pytest.mark.parametrize(
    "data",
    [b"data: {not json\n\n", b"data: \xff\xfe\n\n", b"\x00" * 100, b"<html>Bad gateway</html>\n\n" * 5],
)
def test_an_invalid_stream_counts_as_interrupted(endpoint: str, data: bytes) -> None:
    events, error = failing(endpoint, [Say("It "), Garbage(data), Truncate(politely=True)])

    assert text_of(events) == "It "
    assert error.message == Failure.BROKE_OFF.value


@pytest.mark.parametrize("code", ["modelStreamErrorException", "internalServerException"])
def test_an_error_event_in_bedrocks_stream_fails_the_answer(code: str) -> None:
    events, error = failing("bedrock", [Say("It "), Fault(code)])

    assert text_of(events) == "It "
    assert error.message in {Failure.BROKE_OFF.value, Failure.UNAVAILABLE.value}


@pytest.mark.parametrize("reason", ["guardrail_intervened", "content_filtered"])
def test_a_filtered_answer_fails_as_filtered(endpoint: str, reason: str) -> None:
    events, error = failing(endpoint, [Say("I can't talk about that."), Stop(reason)])

    assert text_of(events) == "I can't talk about that."
    assert error.message == Failure.FILTERED.value


def test_an_answer_with_masked_names_is_an_answer() -> None:
    events = answers("bedrock", [Say("It was {NAME}."), Stop("guardrail_intervened", masked=True)])

    assert text_of(events) == "It was {NAME}."


def test_an_answer_cut_at_its_length_ends_with_a_notice(endpoint: str) -> None:
    events = answers(endpoint, [Say("It was"), Stop("max_tokens")])

    assert text_of(events) == "It was" + Limit.OUTPUT.value
    assert TokensUsed(100, 20) in events


def test_a_model_that_never_responds_has_taken_too_long(endpoint: str) -> None:
    hold = Hold()
    with answering(endpoint, in_order([Say("It "), hold]), read_timeout_s=0.3) as setup:
        with pytest.raises(AgentError) as caught:
            setup.answer(a_task(wants_title=False))

        assert hold.disconnected.wait(60)
    assert caught.value.message == Failure.TOOK_TOO_LONG.value


def test_a_connection_refused_is_an_unreachable_model(endpoint: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    changes = {"endpoint_url": url} if endpoint == "bedrock" else {"base_url": url}
    with answering(endpoint, in_order(), **changes) as setup, pytest.raises(AgentError) as caught:
        setup.answer(a_task(wants_title=False))

    assert caught.value.message == Failure.UNREACHABLE.value


def test_the_details_are_only_in_the_cause(endpoint: str) -> None:
    _, error = failing(endpoint, [Refuse(403, "AccessDeniedException", "User is not authorized: bedrock:X")])

    logged = "".join(traceback.format_exception(error))
    assert "ACCESS_DENIED" in logged
    assert "User is not authorized: bedrock:X" in logged


def test_neither_prompt_nor_answer_nor_data_is_logged(
    endpoint: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    echo = Refuse(400, "ValidationException", f"invalid request: {{'input': 'Describe {SECRET}'}}")

    _, error = failing(
        endpoint,
        [Say(f"About {SECRET}:"), Use("query_data", {"sql": SECRET})],
        [echo],
        prompt=f"Describe {SECRET}",
    )

    logged = "".join(traceback.format_exception(error)) + caplog.text
    assert "MISCONFIGURED" in logged
    assert "Initech" not in logged


def test_defects_of_our_own_are_not_failures_of_the_model(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise LookupError("a mistake")

    monkeypatch.setattr("threadcast.adapters.model_agent.stream_events.StreamReader.read", broken)

    with pytest.raises(LookupError, match="a mistake"):
        answers(endpoint, [Say("It was 2010.")])


def test_the_text_before_a_failure_is_kept(endpoint: str) -> None:
    events, _ = failing(endpoint, [Say("It ", "was "), Truncate()])

    assert events[:2] == [AnswerDelta("answer-1", "It "), AnswerDelta("answer-1", "was ")]


@pytest.mark.parametrize("script", [[], [Say(" \n")], [Think("Hm.")]])
def test_a_model_without_output_has_not_answered(endpoint: str, script: list[Piece]) -> None:
    _, error = failing(endpoint, [Use("describe_asset", {})], script)

    assert error.message == Failure.SAID_NOTHING.value


def test_a_deeply_nested_tool_input_interrupts_the_answer(endpoint: str) -> None:
    events, error = failing(endpoint, [Say("I look."), Use("query_data", "[" * 100_000)])

    assert text_of(events) == "I look."
    assert error.message == Failure.BROKE_OFF.value
