"""The outcomes of handshakes and messages, with scripted functions and without sockets."""

import asyncio
import json
from typing import Any

import pytest

from local_gateway.apigateway.dispatcher import Dispatcher
from local_gateway.apigateway.handshake import HandshakeAccepted, HandshakeRejected
from local_gateway.apigateway.limits import Limits
from local_gateway.aws_lambda.invoke_errors import FunctionMissing, Throttled
from local_gateway.template.api import Authorizer, Route, Throttling
from local_gateway.template.integrations import Integration
from tests.local_gateway.fakes import (
    ALLOW,
    GATE,
    NEVER,
    ScriptedFunctions,
    api,
    connection,
    events,
    raised,
    returned,
    route,
)

GATED = route("$connect", authorizer=Authorizer(GATE))


def dispatcher(functions: ScriptedFunctions, *routes: Route, **limits: Any) -> Dispatcher:
    return Dispatcher(events(api(*routes)), functions, Limits(**limits))


def connect(functions: ScriptedFunctions, *routes: Route, **more: Any) -> HandshakeAccepted:
    return asyncio.run(dispatcher(functions, *routes).connect(connection(**more)))


def rejection(functions: ScriptedFunctions, *routes: Route, **more: Any) -> tuple[int, str | None]:
    with pytest.raises(HandshakeRejected) as caught:
        connect(functions, *routes, **more)
    return caught.value.status, caught.value.message


def message(functions: ScriptedFunctions, *routes: Route, body: str = "{}") -> Any:
    frame = asyncio.run(reply_to(dispatcher(functions, *routes), body))
    return frame if frame is None or not frame.startswith("{") else _without_id(json.loads(frame))


async def reply_to(dispatcher: Dispatcher, body: str) -> str | None:
    reply: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
    dispatcher.message(connection(), body, reply.set_result)
    return await reply


def _without_id(frame: dict[str, Any]) -> dict[str, Any]:
    if "requestId" in frame:
        frame["requestId"] = "…"
    return frame


def error(text: str) -> dict[str, str]:
    return {"message": text, "connectionId": "L0SM9cOFvHcCIhw=", "requestId": "…"}


def test_without_a_connect_route_every_handshake_succeeds() -> None:
    assert connect(ScriptedFunctions(), route("$default")) == HandshakeAccepted()


def test_an_allowed_handshake_runs_the_authorizer_then_connect() -> None:
    functions = ScriptedFunctions(gate=ALLOW, echo={"statusCode": 200})
    opened = connection()

    asyncio.run(dispatcher(functions, GATED).connect(opened))

    assert [name for name, _ in functions.events] == ["gate", "echo"]
    assert opened.authorizer == {"principalId": "alice", "plan": "gold"}


def test_context_values_become_strings() -> None:
    context = {"age": 42, "height": 1.5, "admin": True, "name": "Al"}
    functions = ScriptedFunctions(gate={**ALLOW, "context": context}, echo={"statusCode": 200})
    opened = connection()

    asyncio.run(dispatcher(functions, GATED).connect(opened))

    assert opened.authorizer == {
        "principalId": "alice",
        "age": "42",
        "height": "1.5",
        "admin": "true",
        "name": "Al",
    }


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        (
            {**ALLOW, "policyDocument": {"Statement": []}},
            403,
            "User is not authorized to access this resource",
        ),
        (raised("Exception", "Unauthorized"), 401, "Unauthorized"),
        (raised("KeyError", "'token'"), 500, None),
        ({"isAuthorized": True}, 500, None),
        ("yes", 500, None),
        ({**ALLOW, "principalId": None}, 500, None),
        ({**ALLOW, "context": {"roles": ["a"]}}, 500, None),
        ({**ALLOW, "context": {"long": "x" * 9_000}}, 500, None),
        (Throttled("…"), 500, None),
        (FunctionMissing("gate"), 500, None),
    ],
)
def test_an_authorizer_that_does_not_allow_rejects_the_handshake(answer: Any, status: int, text: Any) -> None:
    functions = ScriptedFunctions(gate=answer)

    assert rejection(functions, GATED) == (status, text)
    assert [name for name, _ in functions.events] == ["gate"]


def test_a_deny_beats_an_allow() -> None:
    statements = [
        {"Action": "execute-api:*", "Effect": "Allow", "Resource": "*"},
        {
            "Action": ["execute-api:Invoke"],
            "Effect": "Deny",
            "Resource": ["arn:aws:execute-api:*/prod/$connect"],
        },
    ]
    functions = ScriptedFunctions(gate={**ALLOW, "policyDocument": {"Statement": statements}})

    assert rejection(functions, GATED) == (403, "User is not authorized to access this resource")


def test_an_allow_for_another_resource_is_no_allow() -> None:
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Allow",
        "Resource": "arn:aws:execute-api:*:*:other/*",
    }
    functions = ScriptedFunctions(gate={**ALLOW, "policyDocument": {"Statement": statement}})

    assert rejection(functions, GATED) == (403, "User is not authorized to access this resource")


@pytest.mark.parametrize("query", [[], [("token", "")], [("other", "x")]])
def test_without_an_identity_source_the_authorizer_is_not_called(query: Any) -> None:
    functions = ScriptedFunctions()
    gated = route("$connect", authorizer=Authorizer(GATE, ("route.request.querystring.token",)))

    assert rejection(functions, gated, query=query) == (401, "Unauthorized")
    assert functions.events == []


def test_every_kind_of_identity_source_is_found() -> None:
    sources = ("route.request.querystring.token", "route.request.header.User-Agent", "context.apiId")
    functions = ScriptedFunctions(gate=ALLOW, echo={"statusCode": 200})
    gated = route("$connect", authorizer=Authorizer(GATE, sources))

    assert connect(functions, gated, query=[("token", "x")]) == HandshakeAccepted()


def test_a_route_with_iam_needs_a_signature() -> None:
    functions = ScriptedFunctions(echo={"statusCode": 200})
    signed = route("$connect", needs_signature=True)

    assert rejection(functions, signed) == (403, "Missing Authentication Token")
    assert connect(functions, signed, query=[("X-Amz-Signature", "0a")]) == HandshakeAccepted()


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"statusCode": 403}, 403),
        ({"statusCode": "401"}, 401),
        ({"statusCode": 500, "body": "secret"}, 500),
        (raised("ValueError", "secret"), 502),
        ("text", 502),
        (None, 502),
        ({"body": "no status"}, 502),
        (Throttled("…"), 500),
        (FunctionMissing("echo"), 500),
    ],
)
def test_a_connect_route_that_does_not_return_2xx_rejects_the_handshake(answer: Any, status: int) -> None:
    assert rejection(ScriptedFunctions(echo=answer), route("$connect"))[0] == status


def test_a_connect_route_that_exceeds_its_timeout_rejects_the_handshake() -> None:
    functions = ScriptedFunctions(echo=NEVER)

    assert rejection(functions, route("$connect", timeout_s=0.01)) == (504, "Endpoint request timed out")


def test_connect_chooses_the_subprotocol() -> None:
    functions = ScriptedFunctions(echo={"statusCode": 200, "headers": {"sec-websocket-protocol": "v1"}})

    assert connect(functions, route("$connect")) == HandshakeAccepted("v1")


def test_a_message_without_a_route_is_answered_with_a_forbidden_frame() -> None:
    assert message(ScriptedFunctions(), route("join")) == error("Forbidden")


def test_a_route_without_a_route_response_sends_nothing_for_any_status() -> None:
    for answer in ({"statusCode": 200, "body": "hi"}, {"statusCode": 500, "body": "no"}):
        assert message(ScriptedFunctions(echo=answer), route("$default")) is None


def test_a_route_response_sends_the_results_body() -> None:
    functions = ScriptedFunctions(echo={"statusCode": 200, "body": "hi"})

    assert message(functions, route("$default", answers=True)) == "hi"


def test_a_route_response_without_a_body_sends_nothing() -> None:
    assert message(ScriptedFunctions(echo={"statusCode": 200}), route("$default", answers=True)) is None


def test_a_route_response_decodes_base64_if_the_result_is_base64_encoded() -> None:
    answer = {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}

    assert message(ScriptedFunctions(echo=answer), route("$default", answers=True)) == "hi"


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        {"body": "no status"},
        {"statusCode": "OK"},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "Data": "a key that proxy results don't have"},
        {"statusCode": 200, "body": "not base64", "isBase64Encoded": True},
    ],
)
def test_a_malformed_result_is_an_internal_error_with_or_without_a_route_response(
    answer: Any, answers: bool
) -> None:
    functions = ScriptedFunctions(echo=answer)

    assert message(functions, route("$default", answers=answers)) == error("Internal server error")


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("answer", [raised("ValueError", "secret"), Throttled("…"), FunctionMissing("echo")])
def test_a_failing_function_is_an_internal_error_without_its_text(answer: Any, answers: bool) -> None:
    functions = ScriptedFunctions(echo=answer)

    assert message(functions, route("$default", answers=answers)) == error("Internal server error")


def test_a_function_that_exceeds_the_timeout_is_answered_with_a_timeout_frame() -> None:
    functions = ScriptedFunctions(echo=NEVER)

    assert message(functions, route("$default", timeout_s=0.01)) == error("Endpoint request timed out")


def test_a_mock_integration_answers_without_a_function() -> None:
    mock = Route("$default", Integration("MOCK", None))

    assert message(ScriptedFunctions(), mock) is None


def test_disconnect_runs_and_its_failures_are_ignored() -> None:
    for answer in (returned(None), raised("ValueError", "x"), Throttled("…")):
        functions = ScriptedFunctions(echo=answer)
        asyncio.run(dispatcher(functions, route("$disconnect")).disconnect(connection(), 1000, "bye"))

        ((name, event),) = functions.events
        assert (name, event["requestContext"]["disconnectStatusCode"]) == ("echo", 1000)


def test_handshakes_above_the_stages_rate_are_429_and_call_no_function() -> None:
    functions = ScriptedFunctions(gate=ALLOW, echo={"statusCode": 200})
    throttled = route("$connect", authorizer=Authorizer(GATE), throttling=Throttling(per_s=0, burst=1))
    routes = dispatcher(functions, throttled)

    assert asyncio.run(routes.connect(connection())) == HandshakeAccepted()
    with pytest.raises(HandshakeRejected) as caught:
        asyncio.run(routes.connect(connection()))

    assert (caught.value.status, caught.value.message) == (429, "Too Many Requests")
    assert [name for name, _ in functions.events] == ["gate", "echo"]


def test_messages_above_the_stages_rate_are_answered_with_a_frame_each_route_by_its_own_rate() -> None:
    functions = ScriptedFunctions(echo={"statusCode": 200})
    none_left = Throttling(per_s=0, burst=0)
    routes = dispatcher(functions, route("join", throttling=none_left), route("$default"))

    refused = asyncio.run(reply_to(routes, '{"action": "join"}'))
    other = asyncio.run(reply_to(routes, '{"action": "leave"}'))

    assert _without_id(json.loads(refused or "")) == error("Too Many Requests")
    assert other is None
    assert len(functions.events) == 1
