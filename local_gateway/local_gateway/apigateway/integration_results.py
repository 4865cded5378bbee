"""Converts the results of proxy integrations to replies and handshake outcomes, without I/O."""

import base64
import binascii
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from local_gateway.apigateway.handshake import HandshakeAccepted, HandshakeRejected, reason_phrase
from local_gateway.aws_lambda.invocation import Outcome

__all__ = [
    "FORBIDDEN",
    "INTERNAL_ERROR",
    "THROTTLED",
    "TIMED_OUT",
    "MalformedResult",
    "accept_handshake",
    "error_frame",
    "result_body",
]

FORBIDDEN = "Forbidden"
INTERNAL_ERROR = "Internal server error"
THROTTLED = "Too Many Requests"
TIMED_OUT = "Endpoint request timed out"

_PROXY_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
"""A result with any other key is malformed (seen on AWS: https://github.com/middyjs/middy/issues/1219)."""


class MalformedResult(Exception):
    """The function fails, or its result is not valid for a proxy integration."""


def error_frame(message: str, connection_id: str, request_id: str) -> str:
    """Return the frame that API Gateway sends to a client when its message fails."""
    body = {"message": message, "connectionId": connection_id, "requestId": request_id}
    return json.dumps(body)


def accept_handshake(outcome: Outcome) -> HandshakeAccepted:
    """Return the handshake's outcome from the result of `$connect`.

    Raises:
        HandshakeRejected: the function returns another status than 2xx, or fails (502).

    """
    try:
        status, result = _proxy_result(outcome)
    except MalformedResult:
        raise HandshakeRejected(502, INTERNAL_ERROR, "InternalServerErrorException") from None
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise HandshakeRejected(status, reason_phrase(status), "")
    headers = result.get("headers") or {}
    return HandshakeAccepted(
        next((str(v) for k, v in headers.items() if k.lower() == "sec-websocket-protocol"), None)
    )


def result_body(outcome: Outcome) -> str | None:
    """Return the body of a route's result for its route response; None if it has none.

    Raises:
        MalformedResult: the client receives `Internal server error`, with or without a route response.

    """
    _, result = _proxy_result(outcome)
    body = result.get("body")
    if body is None:
        return None
    if not isinstance(body, str):
        raise MalformedResult
    return _decoded(body) if result.get("isBase64Encoded") is True else body


def _proxy_result(outcome: Outcome) -> tuple[int, Mapping[str, Any]]:
    result = outcome.parsed()
    if outcome.error is not None or not isinstance(result, dict) or not result.keys() <= _PROXY_KEYS:
        raise MalformedResult
    status = result.get("statusCode")
    if isinstance(status, str) and status.isdecimal():
        return int(status), result
    if not isinstance(status, int) or isinstance(status, bool):
        raise MalformedResult
    return status, result


def _decoded(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise MalformedResult from problem
