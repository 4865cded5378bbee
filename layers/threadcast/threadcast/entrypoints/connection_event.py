"""API Gateway's WebSocket events, read once into what the use cases need.

Shapes: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from threadcast.domain.user import User
from threadcast.entrypoints.authorizer_event import offered_subprotocols, user_from_context
from threadcast.errors import UnknownEvent
from threadcast.ports import Connection

__all__ = [
    "ConnectEvent",
    "DisconnectEvent",
    "MessageEvent",
    "handshake_answer",
    "management_endpoint",
    "parse_connect",
    "parse_disconnect",
    "parse_message",
]

_REGIONAL_DOMAIN = re.compile(r"\.execute-api\.[^.]+\.amazonaws\.com(\.cn)?$")


@dataclass(frozen=True, slots=True)
class ConnectEvent:
    """Somebody connects; `subprotocols` are those the client offered, in its order."""

    connection: Connection
    user: User
    request_id: str
    subprotocols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DisconnectEvent:
    """A connection has ended; `status_code`: 1001 idle, 1005 none given, 1006 abnormal, None not reported."""

    connection: Connection
    user: User
    request_id: str
    status_code: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MessageEvent:
    """A client said `body`, as text; `message_id` is API Gateway's own and unique per connection."""

    connection: Connection
    user: User
    request_id: str
    message_id: str
    route_key: str
    received_at: datetime
    body: str


def parse_connect(event: Mapping[str, Any]) -> ConnectEvent:
    """Read a `$connect` event; raises `UnknownEvent` if it is none, or has no authorizer's context."""
    context = _request_context(event)
    return ConnectEvent(
        connection=_connection(context),
        user=_user(context),
        request_id=str(context["requestId"]),
        subprotocols=offered_subprotocols(event),
    )


def parse_disconnect(event: Mapping[str, Any]) -> DisconnectEvent:
    """Read a `$disconnect` event; raises `UnknownEvent` as `parse_connect` does."""
    context = _request_context(event)
    status_code = context.get("disconnectStatusCode")
    return DisconnectEvent(
        connection=_connection(context),
        user=_user(context),
        request_id=str(context["requestId"]),
        status_code=None if status_code is None else int(status_code),
        reason=context.get("disconnectReason"),
    )


def parse_message(event: Mapping[str, Any]) -> MessageEvent:
    """Read a message's event; raises `UnknownEvent` as `parse_connect` does."""
    context = _request_context(event)
    return MessageEvent(
        connection=_connection(context),
        user=_user(context),
        request_id=str(context["requestId"]),
        message_id=str(context.get("messageId") or context["requestId"]),
        route_key=str(context.get("routeKey", "")),
        received_at=_moment(context["requestTimeEpoch"]),
        body=str(event.get("body") or ""),
    )


def handshake_answer(subprotocol: str | None) -> dict[str, Any]:
    """What `$connect` returns to accept a connection; a browser insists on the subprotocol it offered.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
    """
    if subprotocol is None:
        return {"statusCode": 200}
    return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": subprotocol}}


def management_endpoint(domain_name: str, stage: str) -> str:
    """Give the address that posts to connections go to, where no setting names another one.

    Threadcast's template names the API's own: no event has the key of a custom domain's mapping. Such a
    mapping names the stage already, so here it is left out:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
    """
    if _REGIONAL_DOMAIN.search(domain_name):
        return f"https://{domain_name}/{stage}"
    return f"https://{domain_name}"


def _request_context(event: Mapping[str, Any]) -> Mapping[str, Any]:
    context = event.get("requestContext")
    needed = {"connectionId", "domainName", "stage", "connectedAt", "requestId", "requestTimeEpoch"}
    missing = sorted(needed - context.keys()) if isinstance(context, Mapping) else ["requestContext"]
    if missing or not isinstance(context, Mapping):
        raise UnknownEvent(f"not an event of a WebSocket API: it lacks {', '.join(missing)}")
    return context


def _connection(context: Mapping[str, Any]) -> Connection:
    return Connection(
        id=str(context["connectionId"]),
        user_id=_user(context).id,
        endpoint=management_endpoint(str(context["domainName"]), str(context["stage"])),
        connected_at=_moment(context["connectedAt"]),
    )


def _user(context: Mapping[str, Any]) -> User:
    return user_from_context(context.get("authorizer") or {})


def _moment(epoch_ms: float) -> datetime:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)
