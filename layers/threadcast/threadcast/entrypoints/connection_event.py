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
from threadcast.entrypoints.event_fields import mapping_in, optional_in, require_mapping
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

_NEEDED: dict[str, type | tuple[type, ...]] = {
    "connectionId": str,
    "domainName": str,
    "stage": str,
    "requestId": str,
    "connectedAt": (int, float),
    "requestTimeEpoch": (int, float),
}
"""The fields of a `requestContext` that every event has; the times are in epoch milliseconds."""

_REGIONAL_DOMAIN = re.compile(r"\.execute-api\.[^.]+\.amazonaws\.com(\.cn)?$")


@dataclass(frozen=True, slots=True)
class ConnectEvent:
    """The event of `$connect`; `subprotocols` are those that the client offered, in its order."""

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


def parse_connect(event: Any) -> ConnectEvent:
    """Read a `$connect` event; raises `UnknownEvent` if it is none, or has no authorizer's context."""
    event = require_mapping(event)
    context = _request_context(event)
    return ConnectEvent(
        connection=_connection(context),
        user=_user(context),
        request_id=context["requestId"],
        subprotocols=offered_subprotocols(event),
    )


def parse_disconnect(event: Any) -> DisconnectEvent:
    """Read a `$disconnect` event; raises `UnknownEvent` as `parse_connect` does."""
    context = _request_context(require_mapping(event))
    return DisconnectEvent(
        connection=_connection(context),
        user=_user(context),
        request_id=context["requestId"],
        status_code=optional_in(context, "disconnectStatusCode", int),
        reason=optional_in(context, "disconnectReason", str),
    )


def parse_message(event: Any) -> MessageEvent:
    """Read a message's event; raises `UnknownEvent` as `parse_connect` does."""
    event = require_mapping(event)
    context = _request_context(event)
    return MessageEvent(
        connection=_connection(context),
        user=_user(context),
        request_id=context["requestId"],
        message_id=optional_in(context, "messageId", str) or context["requestId"],
        route_key=optional_in(context, "routeKey", str) or "",
        received_at=_moment(context["requestTimeEpoch"]),
        body=optional_in(event, "body", str) or "",
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
    if not isinstance(context, Mapping):
        raise UnknownEvent("not an event of a WebSocket API: wrong or missing requestContext")
    wrong = sorted(name for name, type_ in _NEEDED.items() if not isinstance(context.get(name), type_))
    if wrong:
        raise UnknownEvent(f"not an event of a WebSocket API: wrong or missing {', '.join(wrong)}")
    return context


def _connection(context: Mapping[str, Any]) -> Connection:
    return Connection(
        id=context["connectionId"],
        user_id=_user(context).id,
        endpoint=management_endpoint(context["domainName"], context["stage"]),
        connected_at=_moment(context["connectedAt"]),
    )


def _user(context: Mapping[str, Any]) -> User:
    return user_from_context(mapping_in(context, "authorizer"))


def _moment(epoch_ms: float) -> datetime:
    try:
        return datetime.fromtimestamp(epoch_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):  # which one depends on the platform
        raise UnknownEvent("the event has a time that does not exist") from None
