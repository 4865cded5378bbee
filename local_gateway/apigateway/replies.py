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

__all__ = ["FORBIDDEN", "INTERNAL_ERROR", "TIMED_OUT", "Accepted", "accept", "error_frame", "route_answer"]

FORBIDDEN = "Forbidden"
INTERNAL_ERROR = "Internal server error"
TIMED_OUT = "Endpoint request timed out"


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
    answer = outcome.parsed()
    status = _status(answer)
    if outcome.error is not None or status is None:
        raise Refusal(502, INTERNAL_ERROR, "InternalServerErrorException")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise Refusal(status, _phrase(status), "")
    headers = answer.get("headers") or {}
    return Accepted(next((str(v) for k, v in headers.items() if k.lower() == "sec-websocket-protocol"), None))


def route_answer(outcome: Outcome) -> str | None:
    """Give the frame that a route response sends: the result's body; None if it has none.

    Raises:
        ValueError: the function failed, or its result isn't one that API Gateway accepts.

    """
    answer = outcome.parsed()
    if outcome.error is not None or _status(answer) is None:
        raise ValueError(INTERNAL_ERROR)
    body = answer.get("body")
    if body is None:
        return None
    if not isinstance(body, str):
        raise ValueError(INTERNAL_ERROR)  # noqa: TRY004 - both mean the same frame
    return _decoded(body) if answer.get("isBase64Encoded") is True else body


def _status(answer: Any) -> int | None:
    status = answer.get("statusCode") if isinstance(answer, Mapping) else None
    if isinstance(status, str) and status.isdecimal():
        return int(status)
    return status if isinstance(status, int) and not isinstance(status, bool) else None


def _decoded(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise ValueError(INTERNAL_ERROR) from problem


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
