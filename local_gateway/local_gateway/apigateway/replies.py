"""What a function's result means for the client, without I/O."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from local_gateway.apigateway.authorizing import Refusal
from local_gateway.aws_lambda.invocation import Outcome

__all__ = [
    "FORBIDDEN",
    "INTERNAL_ERROR",
    "TIMED_OUT",
    "Accepted",
    "MalformedResult",
    "accept",
    "error_frame",
    "result_body",
]

FORBIDDEN = "Forbidden"
INTERNAL_ERROR = "Internal server error"
TIMED_OUT = "Endpoint request timed out"

_PROXY_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
"""A result with any other key is malformed (seen on AWS: https://github.com/middyjs/middy/issues/1219)."""


class MalformedResult(Exception):
    """The function failed, or its result isn't one that API Gateway's proxy integration takes."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The handshake succeeds; `subprotocol` is what `$connect` chose, if it chose one."""

    subprotocol: str | None = None


def error_frame(message: str, connection_id: str, request_id: str) -> str:
    """Write the frame by which API Gateway tells a client of a failure."""
    body = {"message": message, "connectionId": connection_id, "requestId": request_id}
    return json.dumps(body)


def accept(outcome: Outcome) -> Accepted:
    """Read what `$connect` returned.

    Raises:
        Refusal: the handshake fails, with the function's own status or with 502.

    """
    try:
        status, answer = _proxy_result(outcome)
    except MalformedResult:
        raise Refusal(502, INTERNAL_ERROR, "InternalServerErrorException") from None
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise Refusal(status, _phrase(status), "")
    headers = answer.get("headers") or {}
    return Accepted(next((str(v) for k, v in headers.items() if k.lower() == "sec-websocket-protocol"), None))


def result_body(outcome: Outcome) -> str | None:
    """Give the body of a route's result, which a route response sends; None if it has none.

    Raises:
        MalformedResult: the client gets `Internal server error` instead, with or without a route response.

    """
    _, answer = _proxy_result(outcome)
    body = answer.get("body")
    if body is None:
        return None
    if not isinstance(body, str):
        raise MalformedResult
    return _decoded(body) if answer.get("isBase64Encoded") is True else body


def _proxy_result(outcome: Outcome) -> tuple[int, Mapping[str, Any]]:
    answer = outcome.parsed()
    if outcome.error is not None or not isinstance(answer, dict) or not answer.keys() <= _PROXY_KEYS:
        raise MalformedResult
    status = answer.get("statusCode")
    if isinstance(status, str) and status.isdecimal():
        return int(status), answer
    if not isinstance(status, int) or isinstance(status, bool):
        raise MalformedResult
    return status, answer


def _decoded(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise MalformedResult from problem


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
