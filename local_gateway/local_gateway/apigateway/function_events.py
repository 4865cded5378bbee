"""Builds the events that API Gateway sends to functions.

Shapes: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
and events captured from deployments (docs/local-gateway.md lists which field comes from where).
"""

import base64
import hashlib
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from local_gateway.apigateway.connections import Connection
from local_gateway.template.api import Api

__all__ = ["EventBuilder", "EventStamp", "stamp_now"]

_quoted = json.encoder.encode_basestring_ascii

_OF_ONE_MESSAGE = frozenset(
    {"routeKey", "messageId", "requestId", "extendedRequestId", "requestTime", "requestTimeEpoch"}
)

_HOP_BY_HOP = frozenset({"connection", "upgrade"})


class EventStamp(NamedTuple):
    """The time of an event, and its ids."""

    epoch_ms: int
    request_id: str
    message_id: str

    @property
    def clock_text(self) -> str:
        """The time in the Common Log Format, as in `19/Feb/2024:07:11:42 +0000`."""
        return _clock_text(self.epoch_ms // 1000)

    @property
    def trace_id(self) -> str:
        """The value of X-Amzn-Trace-Id, the same for an authorizer and the `$connect` that follows."""
        digits = hashlib.sha256(self.request_id.encode()).hexdigest()
        return f"Root=1-{self.epoch_ms // 1000:08x}-{digits[:24]}"


def stamp_now() -> EventStamp:
    """Return the current time with new ids in API Gateway's form."""
    ids = base64.urlsafe_b64encode(random.getrandbits(192).to_bytes(24, "big")).decode()
    return EventStamp(int(time.time() * 1000), f"{ids[:15]}=", f"{ids[16:31]}=")


@lru_cache(maxsize=4)
def _clock_text(epoch_s: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(epoch_s))


@dataclass(frozen=True, slots=True)
class EventBuilder:
    """Builds the events of one API. Functions build the management endpoint from `domain_name`."""

    api: Api
    region: str
    account: str
    domain_name: str

    @property
    def connect_arn(self) -> str:
        """The ARN that the authorizer allows or denies."""
        api = self.api
        return f"arn:aws:execute-api:{self.region}:{self.account}:{api.api_id}/{api.stage}/$connect"

    def connect(self, connection: Connection, stamp: EventStamp) -> dict[str, Any]:
        """Return the event of `$connect`."""
        event = self._with_handshake(connection, stamp)
        event["requestContext"] = self._context(connection, stamp, "$connect", "CONNECT")
        return self._finished(event)

    def authorize(self, connection: Connection, stamp: EventStamp) -> dict[str, Any]:
        """Return the event of a REQUEST authorizer."""
        event = {"type": "REQUEST", "methodArn": self.connect_arn, **self._with_handshake(connection, stamp)}
        event.setdefault("queryStringParameters", {})
        event.setdefault("multiValueQueryStringParameters", {})
        event["stageVariables"] = dict(self.api.stage_variables)
        event["requestContext"] = self._context(connection, stamp, "$connect", "CONNECT")
        return event

    def message(self, connection: Connection, stamp: EventStamp, route_key: str, body: str) -> dict[str, Any]:
        """Return the event of a message, which has no headers."""
        context = self._context(connection, stamp, route_key, "MESSAGE")
        context["messageId"] = stamp.message_id
        return self._finished({"requestContext": context, "body": body})

    def message_json(self, connection: Connection, stamp: EventStamp, route_key: str, body: str) -> bytes:
        """Return the event of a message as JSON, several times as fast as through `message`."""
        if not connection.event_prefix:
            connection.event_prefix = self._message_prefix(connection, stamp)
        return (
            f"{connection.event_prefix}, "
            f'"routeKey": {_quoted(route_key)}, "messageId": "{stamp.message_id}", '
            f'"requestId": "{stamp.request_id}", "extendedRequestId": "{stamp.request_id}", '
            f'"requestTime": "{stamp.clock_text}", "requestTimeEpoch": {stamp.epoch_ms}}}, '
            f'"body": {_quoted(body)}}}'
        ).encode()

    def _message_prefix(self, connection: Connection, stamp: EventStamp) -> str:
        """Return the constant start of a connection's message events, up to the end of requestContext."""
        event = self.message(connection, stamp, "", "")
        context = event.pop("requestContext")
        del event["body"]
        constant = {key: value for key, value in context.items() if key not in _OF_ONE_MESSAGE}
        return f'{json.dumps(event)[:-1]}, "requestContext": {json.dumps(constant)[:-1]}'

    def disconnect(self, connection: Connection, stamp: EventStamp, code: int, reason: str) -> dict[str, Any]:
        """Return the event of `$disconnect`: no body, and only these headers."""
        context = self._context(connection, stamp, "$disconnect", "DISCONNECT")
        context["disconnectStatusCode"] = code
        context["disconnectReason"] = reason
        headers = {"Host": self.domain_name, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
        return self._finished(
            {
                "headers": headers,
                "multiValueHeaders": {key: [value] for key, value in headers.items()},
                "requestContext": context,
            }
        )

    def _with_handshake(self, connection: Connection, stamp: EventStamp) -> dict[str, Any]:
        sent = [pair for pair in connection.handshake.headers if pair[0].lower() not in _HOP_BY_HOP]
        headers = [(key, self.domain_name if key.lower() == "host" else value) for key, value in sent]
        headers += [
            ("X-Amzn-Trace-Id", stamp.trace_id),
            ("X-Forwarded-For", connection.handshake.source_ip),
            ("X-Forwarded-Port", "443"),
            ("X-Forwarded-Proto", "https"),
        ]
        event: dict[str, Any] = {"headers": dict(headers), "multiValueHeaders": _multi(headers)}
        if connection.handshake.query:
            event["queryStringParameters"] = dict(connection.handshake.query)
            event["multiValueQueryStringParameters"] = _multi(connection.handshake.query)
        return event

    def _context(
        self, connection: Connection, stamp: EventStamp, route_key: str, kind: str
    ) -> dict[str, Any]:
        context: dict[str, Any] = {
            "routeKey": route_key,
            "eventType": kind,
            "extendedRequestId": stamp.request_id,
            "requestTime": stamp.clock_text,
            "messageDirection": "IN",
            "stage": self.api.stage,
            "connectedAt": connection.connected_at_ms,
            "requestTimeEpoch": stamp.epoch_ms,
            "identity": _identity(connection),
            "requestId": stamp.request_id,
            "domainName": self.domain_name,
            "connectionId": connection.id,
            "apiId": self.api.api_id,
        }
        if connection.authorizer is not None:
            context["authorizer"] = dict(connection.authorizer)
        return context

    def _finished(self, event: dict[str, Any]) -> dict[str, Any]:
        if self.api.stage_variables:
            event["stageVariables"] = dict(self.api.stage_variables)
        event["isBase64Encoded"] = False
        return event


def _identity(connection: Connection) -> dict[str, str]:
    user_agent = connection.user_agent
    identity = {} if user_agent is None else {"userAgent": user_agent}
    return {**identity, "sourceIp": connection.handshake.source_ip}


def _multi(pairs: Sequence[tuple[str, str]]) -> Mapping[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return grouped
