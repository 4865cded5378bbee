"""The contract suite of `TurnStarter`, over the HTTP of Lambda's API."""

import json
from collections.abc import Iterator

import boto3
import pytest

from tests.http_server import Answer, HttpServer, http_server
from threadcast.adapters.aws_lambda.turn_starter import LambdaTurnStarter
from threadcast.domain.user import User
from threadcast.entrypoints.handoff_event import from_payload
from threadcast.errors import HandoffFailed
from threadcast.ports import Handoff, TurnStarter

HANDOFF = Handoff(
    chat_id="7f0c1d1e-0b6e-4a57-8d1c-6c6f2f0f7a01",
    message_id="7f0c1d1e-0b6e-4a57-8d1c-6c6f2f0f7a02",
    user=User("7f0c1d1e-0b6e-4a57-8d1c-6c6f2f0f7a03", "Zoë", organization_id="acme"),
    reached=("L0SM9cOFvHcCIhw=",),
)


@pytest.fixture
def service() -> Iterator[HttpServer]:
    with http_server(lambda _: Answer(202)) as server:
        yield server


@pytest.fixture
def starter(service: HttpServer, monkeypatch: pytest.MonkeyPatch) -> TurnStarter:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", service.url)
    session = boto3.Session(aws_access_key_id="t", aws_secret_access_key="t", region_name="eu-central-1")
    return LambdaTurnStarter(session, "arn:aws:lambda:eu-central-1:123456789012:function:run_turn")


def test_the_start_event_contains_the_complete_handoff(starter: TurnStarter, service: HttpServer) -> None:
    starter.start(HANDOFF)

    (request,) = service.requests
    assert request.path.endswith(
        "/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Arun_turn/invocations"
    )
    assert request.headers["X-Amz-Invocation-Type"] == "Event"
    assert from_payload(json.loads(request.body)) == HANDOFF


@pytest.mark.parametrize("status", [403, 404, 413, 429, 500])
def test_a_failed_start_raises_handoff_failed(starter: TurnStarter, service: HttpServer, status: int) -> None:
    service.answer = lambda _: Answer(status, b'{"Message": "no"}', {"Content-Type": "application/json"})

    with pytest.raises(HandoffFailed):
        starter.start(HANDOFF)


def test_a_start_is_retried_once(starter: TurnStarter, service: HttpServer) -> None:
    answers = iter([Answer(500, b"{}"), Answer(202)])
    service.answer = lambda _: next(answers)

    starter.start(HANDOFF)

    assert len(service.requests) == 2
