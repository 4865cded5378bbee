"""Whatever goes wrong with a model: repeated where nothing was said yet, else told in a safe sentence."""

import logging
import socket
import traceback

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.contracts.agent_contract import asked
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
from threadcast.errors import AgentError
from threadcast.ports.agent_events import AgentEvent, AnswerExtended, TokensUsed

BUSY = Refuse(429, "ThrottlingException", "Too many requests, please wait before trying again.")
SECRET = "the takeover of Initech on Friday"


def failing(
    endpoint: str, *replies: list[Piece], prompt: str = "Which year?"
) -> tuple[list[AgentEvent], AgentError]:
    said: list[AgentEvent] = []
    with answering(endpoint, in_order(*replies)) as world, pytest.raises(AgentError) as caught:
        said.extend(
            world.agent.answer(asked(prompt, context=context_of("iowa_electricity"), wants_title=False))
        )
    return said, caught.value


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
def test_a_refused_call_is_told_in_its_own_words(endpoint: str, piece: Refuse, failure: Failure) -> None:
    said, error = failing(endpoint, *[[piece]] * LIMITS.attempts)

    assert said == []
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
def test_a_refusal_by_an_openai_endpoint_is_told_and_not_repeated(piece: Refuse, failure: Failure) -> None:
    with answering("openai", in_order([piece], [Say("?")])) as world:
        with pytest.raises(AgentError) as caught:
            world.says(asked(wants_title=False))

        assert len(world.model.asked) == 1
    assert caught.value.message == failure.value


@pytest.mark.parametrize("status", [408, 409])
def test_what_openais_own_sdk_would_repeat_is_repeated(status: int) -> None:
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

    told = {name: failure_of(ClientError({"Error": {"Code": name}}, "ConverseStream")) for name in declared}

    assert len(told) >= 8
    assert [name for name, failure in told.items() if failure in (None, Failure.UNKNOWN)] == []


def test_the_pauses_before_a_call_is_repeated_double(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_failure_in_passing_is_repeated_before_the_first_token(endpoint: str, piece: Refuse) -> None:
    said = answers(endpoint, [piece], [piece], [Say("It was 2010.")])

    assert text_of(said) == "It was 2010."


def test_it_is_repeated_so_often_and_no_more(endpoint: str) -> None:
    with answering(endpoint, in_order(*[[BUSY]] * 9)) as world:
        with pytest.raises(AgentError):
            world.says(asked(wants_title=False))

        assert len(world.model.asked) == LIMITS.attempts


def test_what_will_not_pass_is_not_repeated(endpoint: str) -> None:
    with answering(endpoint, in_order([Refuse(403, "AccessDeniedException")], [Say("?")])) as world:
        with pytest.raises(AgentError):
            world.says(asked(wants_title=False))

        assert len(world.model.asked) == 1


def test_a_later_call_of_the_loop_is_repeated_too(endpoint: str) -> None:
    said = answers(
        endpoint, [Use("describe_asset", {})], [BUSY], [Say("Done.")], context=context_of("iowa_electricity")
    )

    assert text_of(said) == "Done."


@pytest.mark.parametrize(
    ("piece", "failure"),
    [
        (Fault("ThrottlingException", "Too many requests"), Failure.THROTTLED),
        (Truncate(), Failure.BROKE_OFF),
        (Truncate(politely=True), Failure.BROKE_OFF),
    ],
)
def test_what_breaks_after_the_first_token_is_told_and_not_repeated(
    endpoint: str, piece: Piece, failure: Failure
) -> None:
    said, error = failing(endpoint, [Say("It "), piece], [Say("It was 2010.")])

    assert text_of(said) == "It "
    assert error.message == failure.value


@pytest.mark.parametrize(
    "data",
    [b"data: {not json\n\n", b"data: \xff\xfe\n\n", b"\x00" * 100, b"<html>Bad gateway</html>\n\n" * 5],
)
def test_what_is_no_stream_has_broken_off(endpoint: str, data: bytes) -> None:
    said, error = failing(endpoint, [Say("It "), Garbage(data), Truncate(politely=True)])

    assert text_of(said) == "It "
    assert error.message == Failure.BROKE_OFF.value


@pytest.mark.parametrize("code", ["modelStreamErrorException", "internalServerException"])
def test_a_fault_of_bedrock_within_the_stream_is_told(code: str) -> None:
    said, error = failing("bedrock", [Say("It "), Fault(code)])

    assert text_of(said) == "It "
    assert error.message in {Failure.BROKE_OFF.value, Failure.UNAVAILABLE.value}


@pytest.mark.parametrize("reason", ["guardrail_intervened", "content_filtered"])
def test_a_filtered_answer_is_told_as_such(endpoint: str, reason: str) -> None:
    said, error = failing(endpoint, [Say("I can't talk about that."), Stop(reason)])

    assert text_of(said) == "I can't talk about that."
    assert error.message == Failure.FILTERED.value


def test_an_answer_in_which_a_guardrail_hid_a_name_is_an_answer() -> None:
    said = answers("bedrock", [Say("It was {NAME}."), Stop("guardrail_intervened", masked=True)])

    assert text_of(said) == "It was {NAME}."


def test_an_answer_cut_at_its_length_ends_with_a_notice(endpoint: str) -> None:
    said = answers(endpoint, [Say("It was"), Stop("max_tokens")])

    assert text_of(said) == "It was" + Limit.OUTPUT.value
    assert TokensUsed(100, 20) in said


def test_a_model_that_never_answers_has_taken_too_long(endpoint: str) -> None:
    hold = Hold()
    with answering(endpoint, in_order([Say("It "), hold]), read_timeout_s=0.3) as world:
        with pytest.raises(AgentError) as caught:
            world.says(asked(wants_title=False))

        assert hold.hung_up.wait(60)
    assert caught.value.message == Failure.TOOK_TOO_LONG.value


def test_a_model_that_is_not_there_could_not_be_reached(endpoint: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    changes = {"endpoint_url": url} if endpoint == "bedrock" else {"base_url": url}
    with answering(endpoint, in_order(), **changes) as world, pytest.raises(AgentError) as caught:
        world.says(asked(wants_title=False))

    assert caught.value.message == Failure.UNREACHABLE.value


def test_the_details_are_for_the_log(endpoint: str) -> None:
    _, error = failing(endpoint, [Refuse(403, "AccessDeniedException", "User is not authorized: bedrock:X")])

    told = "".join(traceback.format_exception(error))
    assert "ACCESS_DENIED" in told
    assert "User is not authorized: bedrock:X" in told


def test_neither_prompt_nor_answer_nor_data_gets_into_the_log(
    endpoint: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    echo = Refuse(400, "ValidationException", f"invalid request: {{'input': 'Tell me of {SECRET}'}}")

    _, error = failing(
        endpoint,
        [Say(f"About {SECRET}:"), Use("query_data", {"sql": SECRET})],
        [echo],
        prompt=f"Tell me of {SECRET}",
    )

    told = "".join(traceback.format_exception(error)) + caplog.text
    assert "MISCONFIGURED" in told
    assert "Initech" not in told


def test_our_own_mistakes_are_not_taken_for_the_models(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise LookupError("a mistake")

    monkeypatch.setattr("threadcast.adapters.model_agent.stream_events.StreamReader.read", broken)

    with pytest.raises(LookupError, match="a mistake"):
        answers(endpoint, [Say("It was 2010.")])


def test_the_text_said_before_stays_as_it_was(endpoint: str) -> None:
    said, _ = failing(endpoint, [Say("It ", "was "), Truncate()])

    assert said[:2] == [AnswerExtended("answer-1", "It "), AnswerExtended("answer-1", "was ")]


@pytest.mark.parametrize("script", [[], [Say(" \n")], [Think("Hm.")]])
def test_a_model_that_says_nothing_has_not_answered(endpoint: str, script: list[Piece]) -> None:
    _, error = failing(endpoint, [Use("describe_asset", {})], script)

    assert error.message == Failure.SAID_NOTHING.value


def test_a_tools_input_that_is_nested_without_end_breaks_the_answer_off(endpoint: str) -> None:
    said, error = failing(endpoint, [Say("I look."), Use("query_data", "[" * 100_000)])

    assert text_of(said) == "I look."
    assert error.message == Failure.BROKE_OFF.value
