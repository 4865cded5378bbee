"""API keys, and integrations other than a synchronous proxy, with scripted functions and without sockets."""

import asyncio
from typing import Any

import pytest

from local_gateway.apigateway.dispatcher import Dispatcher
from local_gateway.apigateway.handshake import HandshakeAccepted, HandshakeRejected
from local_gateway.apigateway.limits import Limits
from local_gateway.aws_lambda.invoke_errors import FunctionMissing
from local_gateway.template.api import Authorizer, Route
from local_gateway.template.integrations import Integration
from tests.local_gateway.fakes import (
    ALLOW,
    ECHO,
    GATE,
    ScriptedFunctions,
    api,
    connection,
    events,
    raised,
    returned,
    route,
)

OF_AUTHORIZER = "$context.authorizer.usageIdentifierKey"
KEYED = route("$connect", authorizer=Authorizer(GATE), needs_api_key=True)


def status_of_connect(functions: ScriptedFunctions, connect: Route, **options: Any) -> int:
    served = api(connect, api_keys=frozenset({"key"}), **options)
    dispatcher = Dispatcher(events(served), functions, Limits())
    try:
        accepted = asyncio.run(dispatcher.connect(connection()))
    except HandshakeRejected as rejection:
        return rejection.status
    assert accepted == HandshakeAccepted()
    return 101


@pytest.mark.parametrize(("key", "status"), [("key", 101), ("other", 403), (None, 403)])
def test_connect_requires_the_key_that_the_authorizer_returns(key: str | None, status: int) -> None:
    functions = ScriptedFunctions(gate={**ALLOW, "usageIdentifierKey": key}, echo={"statusCode": 200})

    assert status_of_connect(functions, KEYED, key_selection=OF_AUTHORIZER) == status
    assert len(functions.events) == (2 if status == 101 else 1)


def test_a_key_in_the_authorizers_result_does_not_count_if_the_header_is_selected() -> None:
    functions = ScriptedFunctions(gate={**ALLOW, "usageIdentifierKey": "key"}, echo={"statusCode": 200})

    assert status_of_connect(functions, KEYED) == 403


@pytest.mark.parametrize(
    ("integration", "answer", "status", "events_of_echo"),
    [
        (Integration("OTHER", None), None, 500, 0),
        (Integration("AWS", ECHO), {"any": "result"}, 101, 1),
        (Integration("AWS", ECHO, is_event=True), {"any": "result"}, 101, 1),
        (Integration("AWS_PROXY", ECHO, is_event=True), {"statusCode": 403}, 101, 1),
        (Integration("AWS", ECHO, passthrough="NEVER"), {"any": "result"}, 500, 0),
        (Integration("AWS", ECHO), FunctionMissing("echo"), 500, 1),
        (Integration("MOCK", None), None, 101, 0),
        (Integration("AWS", None, operation="PutItem"), None, 500, 0),  # there is no emulator
    ],
)
def test_connect_through_another_integration(
    integration: Integration, answer: Any, status: int, events_of_echo: int
) -> None:
    functions = ScriptedFunctions(echo=answer)

    assert status_of_connect(functions, Route("$connect", integration)) == status
    assert len(functions.events) == events_of_echo


def reply(functions: ScriptedFunctions, integration: Integration, body: str = '{"a": 1}') -> str | None:
    async def run() -> str | None:
        served = api(Route("$default", integration, answers=True))
        replied: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        Dispatcher(events(served), functions, Limits()).message(connection(), body, replied.set_result)
        return await replied

    return asyncio.run(run())


def test_an_asynchronous_proxy_receives_the_event_and_sends_nothing() -> None:
    functions = ScriptedFunctions(echo=returned({"statusCode": 200, "body": "late"}))

    assert reply(functions, Integration("AWS_PROXY", ECHO, is_event=True)) is None
    assert functions.events[0][1]["body"] == '{"a": 1}'


def test_a_non_proxy_function_receives_the_message_alone() -> None:
    functions = ScriptedFunctions(echo=raised("ValueError", "no"))

    assert reply(functions, Integration("AWS", ECHO)) is None
    assert functions.events == [("echo", {"a": 1})]


@pytest.mark.parametrize(
    "integration", [Integration("OTHER", None), Integration("AWS", ECHO, passthrough="NEVER")]
)
def test_a_message_that_cannot_be_sent_on_is_an_internal_error(
    integration: Integration, caplog: pytest.LogCaptureFixture
) -> None:
    frame = reply(ScriptedFunctions(), integration)

    assert frame is not None
    assert "Internal server error" in frame
    assert "route $default" in caplog.text
