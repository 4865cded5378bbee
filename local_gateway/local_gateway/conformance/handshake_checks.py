"""Checks of the handshake and the authorizer."""

from typing import Any

from local_gateway.conformance.behaviours import behaviour
from local_gateway.conformance.target import Target

__all__: list[str] = []


@behaviour("a handshake that the authorizer allows succeeds", "doc", 101)
def _allowed(target: Target) -> Any:
    return target.handshake_status()


@behaviour("the authorizer's context is in later events, every value a string", "seen", ("7", "true"))
def _context(target: Target) -> Any:
    with target.connection() as client:
        event = target.ask(client, {"do": "event"})["event"]
    context = event["requestContext"]["authorizer"]
    return context["number"], context["flag"]


@behaviour("the authorizer denies: 403", "doc", 403)
def _denied(target: Target) -> Any:
    return target.handshake_status(access="deny")


@behaviour("the authorizer raises Unauthorized: 401", "doc", 401)
def _unauthorized(target: Target) -> Any:
    return target.handshake_status(access="unauthorized")


@behaviour("the authorizer fails otherwise: 500", "doc", 500)
def _failing_authorizer(target: Target) -> Any:
    return target.handshake_status(access="fail")


@behaviour("an identity source is missing: 401", "doc", 401)
def _no_identity(target: Target) -> Any:
    return target.handshake_status(access="")


@behaviour("$connect returns another status than 2xx: that status", "doc", 409)
def _refusing(target: Target) -> Any:
    return target.handshake_status(status="409")


@behaviour("the rejected client does not receive $connect's body", "unknown", "absent")
def _body(target: Target) -> Any:
    return "present" if "why it is refused" in target.rejection(status="409") else "absent"


@behaviour("$connect raises: 502", "doc", 502)
def _failing(target: Target) -> Any:
    return target.handshake_status(connect="raise")


@behaviour("another stage: 403", "inferred", 403)
def _other_stage(target: Target) -> Any:
    return target.handshake_status(target.url.rpartition("/")[0] + "/another-stage")


@behaviour("$connect receives X-Forwarded-Proto, -Port, -For and X-Amzn-Trace-Id", "seen", 101)
def _headers(target: Target) -> Any:
    return target.handshake_status(connect="headers")


@behaviour("$connect chooses the subprotocol", "doc", "b")
def _subprotocol(target: Target) -> Any:
    return target.handshake(["a", "b"], subprotocol="b")[0]


@behaviour("without a choice, the response has no subprotocol", "doc", None)
def _no_subprotocol(target: Target) -> Any:
    return target.handshake(["a", "b"])[0]


@behaviour("compression is not accepted", "inferred", "")
def _compression(target: Target) -> Any:
    return target.handshake()[1]
