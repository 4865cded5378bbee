"""Checks of messages: routes, replies, errors, limits."""

import json
import time
from typing import Any

from local_gateway.conformance.behaviours import behaviour
from local_gateway.conformance.target import Target, closed_with

__all__: list[str] = []

_FRAME_BYTES = 32 * 1024
_MESSAGE_BYTES = 128 * 1024
_SLEEP_S = 8


@behaviour("a message selects the route of its key", "doc", "short")
def _route(target: Target) -> Any:
    with target.connection() as client:
        return target.ask(client, {"action": "short"})["route"]


@behaviour("an unknown key and text that is not JSON select $default", "doc", ("$default", "$default"))
def _default(target: Target) -> Any:
    with target.connection() as client:
        unknown = target.ask(client, {"action": "nothing known"})["route"]
        client.send("no JSON")
        return unknown, target.frame(client)["route"]


@behaviour("a route without a route response sends nothing", "seen", "$default")
def _silent(target: Target) -> Any:
    with target.connection() as client:
        client.send(json.dumps({"action": "silent"}))
        return target.ask(client, {"action": "nothing known"})["route"]


@behaviour("a message event has a message id and no headers", "seen", (True, False))
def _event(target: Target) -> Any:
    with target.connection() as client:
        event = target.ask(client, {"do": "event"})["event"]
    return "messageId" in event["requestContext"], "headers" in event


_ERROR_KEYS = ["connectionId", "message", "requestId"]


@behaviour(
    "a handler's error: an internal error with ids, and the connection stays open",
    "seen",
    (_ERROR_KEYS, "Internal server error", "$default"),
)
def _failing(target: Target) -> Any:
    with target.connection() as client:
        error = target.ask(client, {"do": "raise"})
        return sorted(error), error.get("message"), target.ask(client, {})["route"]


@behaviour("a result with unknown keys: an internal error", "seen", "Internal server error")
def _malformed(target: Target) -> Any:
    with target.connection() as client:
        result = {"statusCode": 200, "other": 1}
        return target.ask(client, {"do": "return", "result": result}).get("message")


@behaviour("a result without statusCode: an internal error", "seen", "Internal server error")
def _no_status(target: Target) -> Any:
    with target.connection() as client:
        return target.ask(client, {"do": "return", "result": {"body": "x"}}).get("message")


@behaviour("another status than 2xx sends its body all the same", "seen", "refused")
def _other_status(target: Target) -> Any:
    with target.connection() as client:
        result = {"statusCode": 404, "body": "refused"}
        return target.ask(client, {"do": "return", "result": result}).get("text")


@behaviour("the integration's timeout: an error frame", "doc", "Endpoint request timed out")
def _timeout(target: Target) -> Any:
    with target.connection() as client:
        return target.ask(client, {"action": "short", "do": "sleep", "seconds": 3}).get("message")


@behaviour("a second message does not wait for the first", "doc", "the second")
def _concurrent(target: Target) -> Any:
    with target.connection() as client:
        began = time.monotonic()
        client.send(json.dumps({"do": "sleep", "seconds": _SLEEP_S}))
        target.ask(client, {})
        took_s = time.monotonic() - began
    return "the second" if took_s < _SLEEP_S else f"the second after {took_s:.1f} s"


@behaviour("a frame over 32 KB closes with 1009", "doc", 1009)
def _large_frame(target: Target) -> Any:
    with target.connection() as client:
        client.send("x" * (_FRAME_BYTES + 1))
        return closed_with(client)[0]


@behaviour("a message of 128 KB in frames is accepted", "doc", _MESSAGE_BYTES)
def _fragments(target: Target) -> Any:
    with target.connection() as client:
        client.send(["x" * _FRAME_BYTES] * 4)
        return target.frame(client)["length"]


@behaviour("a message over 128 KB closes with 1009", "doc", 1009)
def _large_message(target: Target) -> Any:
    with target.connection() as client:
        client.send(["x" * _FRAME_BYTES] * 5)
        return closed_with(client)[0]


@behaviour("a binary frame closes with 1003", "doc", 1003)
def _binary(target: Target) -> Any:
    with target.connection() as client:
        client.send(b"binary")
        return closed_with(client)[0]


@behaviour("a ping is answered", "doc", "a pong")
def _ping(target: Target) -> Any:
    with target.connection() as client:
        return "a pong" if client.ping().wait(30) else "nothing in 30 s"
