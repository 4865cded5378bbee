"""Test doubles and builders for the gateway's parts."""

import json
from typing import Any

from local_gateway.apigateway.connections import Connection
from local_gateway.apigateway.function_events import EventBuilder
from local_gateway.apigateway.handshake import Handshake
from local_gateway.aws_lambda.invocation import Invocation, Outcome
from local_gateway.template.api import Api, Authorizer, Route
from local_gateway.template.integrations import Integration

ECHO = "arn:aws:lambda:us-east-1:123456789012:function:echo"
GATE = "arn:aws:lambda:us-east-1:123456789012:function:gate"

ALLOW = {
    "principalId": "alice",
    "policyDocument": {"Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}]},
    "context": {"plan": "gold"},
}


class ScriptedFunctions:
    """Returns scripted outcomes: for each function an Outcome, a value, or an exception to raise."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers
        self.events: list[tuple[str, Any]] = []

    def invoke(self, name: str, payload: bytes) -> Invocation:
        function = name.rpartition(":")[2]
        self.events.append((function, json.loads(payload)))
        answer = self._answers[function]
        if isinstance(answer, Exception):
            raise answer
        invocation = Invocation(payload, None, "r-1")
        if answer is not NEVER:
            invocation.finish(answer if isinstance(answer, Outcome) else returned(answer))
        return invocation

    def invoke_event(self, name: str, payload: bytes) -> str:
        function = name.rpartition(":")[2]
        self.events.append((function, json.loads(payload)))
        if isinstance(self._answers[function], Exception):
            raise self._answers[function]
        return "r-1"


NEVER = object()
"""The function does not finish."""


def returned(value: Any) -> Outcome:
    return Outcome(json.dumps(value).encode())


def raised(kind: str, message: str) -> Outcome:
    return Outcome(json.dumps({"errorType": kind, "errorMessage": message}).encode(), error="Unhandled")


def api(*routes: Route, selection: str = "$request.body.action", **more: Any) -> Api:
    return Api("Api", "abcdef0123", "chat", selection, "prod", {route.key: route for route in routes}, **more)


def route(key: str, *, authorizer: Authorizer | None = None, timeout_s: float = 29.0, **more: Any) -> Route:
    return Route(key, Integration("AWS_PROXY", ECHO, timeout_s), authorizer, **more)


def events(served: Api) -> EventBuilder:
    return EventBuilder(served, "us-east-1", "123456789012", "abcdef0123.execute-api.us-east-1.amazonaws.com")


def connection(**more: Any) -> Connection:
    handshake = Handshake(
        "192.0.2.7",
        [
            ("Host", "127.0.0.1:3001"),
            ("User-Agent", "test/1"),
            ("Upgrade", "websocket"),
            ("X-Tag", "a"),
            ("X-Tag", "b"),
        ],
        more.pop("query", []),
    )
    return Connection("L0SM9cOFvHcCIhw=", handshake, 1_708_326_700_000, **more)
