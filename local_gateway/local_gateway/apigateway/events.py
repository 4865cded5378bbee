"""The events that functions get, in the shapes that API Gateway gives them.

Shapes: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
and events captured from deployments (docs/local-gateway.md lists which field comes from where).
"""

import base64
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from local_gateway.apigateway.connection import Connection
from local_gateway.template.api import Api

__all__ = ["EventMaker", "Moment", "now"]

_quoted = json.encoder.encode_basestring_ascii

_OF_ONE_MESSAGE = frozenset(
    {"routeKey", "messageId", "requestId", "extendedRequestId", "requestTime", "requestTimeEpoch"}
)

_HOP_BY_HOP = frozenset({"connection", "upgrade"})


class Moment(NamedTuple):
    """When an event arose, and the ids that it got."""

    epoch_ms: int
    request_id: str
    message_id: str

    @property
    def clock_text(self) -> str:
        """Give the time in the Common Log Format, as in `19/Feb/2024:07:11:42 +0000`."""
        return _clock_text(self.epoch_ms // 1000)


def now() -> Moment:
    """Give this moment, with new ids of API Gateway's form."""
    ids = base64.urlsafe_b64encode(random.getrandbits(192).to_bytes(24, "big")).decode()
    return Moment(int(time.time() * 1000), f"{ids[:15]}=", f"{ids[16:31]}=")


@lru_cache(maxsize=4)
def _clock_text(epoch_s: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(epoch_s))


@dataclass(frozen=True, slots=True)
class EventMaker:
    """Makes the events of one API. `domain_name` is what functions may build addresses from."""

    api: Api
    region: str
    account: str
    domain_name: str

    @property
    def connect_arn(self) -> str:
        """Give the ARN that the authorizer decides about."""
        api = self.api
        return f"arn:aws:execute-api:{self.region}:{self.account}:{api.api_id}/{api.stage}/$connect"

    def connect(self, connection: Connection, moment: Moment) -> dict[str, Any]:
        """Make the event of `$connect`."""
        event = self._with_handshake(connection)
        event["requestContext"] = self._context(connection, moment, "$connect", "CONNECT")
        return self._finished(event)

    def authorize(self, connection: Connection, moment: Moment) -> dict[str, Any]:
        """Make the event of a REQUEST authorizer."""
        event = {"type": "REQUEST", "methodArn": self.connect_arn, **self._with_handshake(connection)}
        event.setdefault("queryStringParameters", {})
        event.setdefault("multiValueQueryStringParameters", {})
        event["stageVariables"] = dict(self.api.stage_variables)
        event["requestContext"] = self._context(connection, moment, "$connect", "CONNECT")
        return event

    def message(self, connection: Connection, moment: Moment, route_key: str, body: str) -> dict[str, Any]:
        """Make the event of a message: it has no headers."""
        context = self._context(connection, moment, route_key, "MESSAGE")
        context["messageId"] = moment.message_id
        return self._finished({"requestContext": context, "body": body})

    def message_json(self, connection: Connection, moment: Moment, route_key: str, body: str) -> bytes:
        """Write the event of a message as JSON, several times as fast as by way of `message`."""
        if not connection.event_prefix:
            connection.event_prefix = self._message_prefix(connection, moment)
        return (
            f"{connection.event_prefix}, "
            f'"routeKey": {_quoted(route_key)}, "messageId": "{moment.message_id}", '
            f'"requestId": "{moment.request_id}", "extendedRequestId": "{moment.request_id}", '
            f'"requestTime": "{moment.clock_text}", "requestTimeEpoch": {moment.epoch_ms}}}, '
            f'"body": {_quoted(body)}}}'
        ).encode()

    def _message_prefix(self, connection: Connection, moment: Moment) -> str:
        """Write what all message events of a connection share, up to the end of their requestContext."""
        event = self.message(connection, moment, "", "")
        context = event.pop("requestContext")
        del event["body"]
        same = {key: value for key, value in context.items() if key not in _OF_ONE_MESSAGE}
        return f'{json.dumps(event)[:-1]}, "requestContext": {json.dumps(same)[:-1]}'

    def disconnect(self, connection: Connection, moment: Moment, code: int, reason: str) -> dict[str, Any]:
        """Make the event of `$disconnect`: no body, and only these headers."""
        context = self._context(connection, moment, "$disconnect", "DISCONNECT")
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

    def _with_handshake(self, connection: Connection) -> dict[str, Any]:
        sent = [pair for pair in connection.handshake.headers if pair[0].lower() not in _HOP_BY_HOP]
        headers = [(key, self.domain_name if key.lower() == "host" else value) for key, value in sent]
        headers.append(("X-Forwarded-For", connection.handshake.source_ip))
        event: dict[str, Any] = {"headers": dict(headers), "multiValueHeaders": _multi(headers)}
        if connection.handshake.query:
            event["queryStringParameters"] = dict(connection.handshake.query)
            event["multiValueQueryStringParameters"] = _multi(connection.handshake.query)
        return event

    def _context(self, connection: Connection, moment: Moment, route_key: str, kind: str) -> dict[str, Any]:
        context: dict[str, Any] = {
            "routeKey": route_key,
            "eventType": kind,
            "extendedRequestId": moment.request_id,
            "requestTime": moment.clock_text,
            "messageDirection": "IN",
            "stage": self.api.stage,
            "connectedAt": connection.connected_at_ms,
            "requestTimeEpoch": moment.epoch_ms,
            "identity": _identity(connection),
            "requestId": moment.request_id,
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
    gathered: dict[str, list[str]] = {}
    for key, value in pairs:
        gathered.setdefault(key, []).append(value)
    return gathered
