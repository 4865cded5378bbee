"""Events of the WebSocket API: connect, disconnect and message."""

from datetime import UTC, datetime
from typing import Any

import pytest

from threadcast.domain.user import User
from threadcast.entrypoints.connection_event import (
    ConnectEvent,
    DisconnectEvent,
    MessageEvent,
    handshake_answer,
    management_endpoint,
    parse_connect,
    parse_disconnect,
    parse_message,
)
from threadcast.errors import UnknownEvent
from threadcast.ports import Connection

ALICE = User("7f0c1d1e-0b6e-4a57-8d1c-6c6f2f0f7a03", "Alice Archer", "alice@example.com", "acme")
CONNECTION = Connection(
    id="L0SM9cOFvHcCIhw=",
    user_id=ALICE.id,
    endpoint="https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod",
    connected_at=datetime(2024, 2, 19, 7, 11, 42, 500_000, tzinfo=UTC),
)


def request_context(**overrides: Any) -> dict[str, Any]:
    return {
        "connectionId": "L0SM9cOFvHcCIhw=",
        "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
        "stage": "prod",
        "connectedAt": 1708326702500,
        "requestTimeEpoch": 1708326703000,
        "requestId": "TX8Z2GzvPHcFzeQ=",
        "authorizer": {
            "principalId": ALICE.id,
            "user_id": ALICE.id,
            "user_name": "Alice Archer",
            "user_email": "alice@example.com",
            "organization_id": "acme",
            "integrationLatency": "12",
        },
        **overrides,
    }


def test_a_connect_event_contains_the_connection_its_user_and_the_offered_subprotocols() -> None:
    event = {"headers": {"Sec-WebSocket-Protocol": "bearer, x.y.z"}, "requestContext": request_context()}

    assert parse_connect(event) == ConnectEvent(CONNECTION, ALICE, "TX8Z2GzvPHcFzeQ=", ("bearer", "x.y.z"))


def test_a_connect_event_without_headers_offers_nothing() -> None:
    assert parse_connect({"requestContext": request_context()}).subprotocols == ()


def test_a_disconnect_event_contains_the_connection_its_user_and_the_reason() -> None:
    reason = "Client-side close frame status not set"
    context = request_context(disconnectStatusCode=1005, disconnectReason=reason)

    assert parse_disconnect({"requestContext": context}) == DisconnectEvent(
        CONNECTION, ALICE, "TX8Z2GzvPHcFzeQ=", 1005, reason
    )


def test_a_disconnect_event_may_have_no_reason() -> None:
    event = parse_disconnect({"requestContext": request_context()})

    assert (event.status_code, event.reason) == (None, None)


def test_a_message_event_contains_the_text_and_the_message_id() -> None:
    context = request_context(messageId="L0SNAdOFvHcCIxw=", routeKey="$default")

    assert parse_message({"requestContext": context, "body": '{"route": 1}'}) == MessageEvent(
        connection=CONNECTION,
        user=ALICE,
        request_id="TX8Z2GzvPHcFzeQ=",
        message_id="L0SNAdOFvHcCIxw=",
        route_key="$default",
        received_at=datetime(2024, 2, 19, 7, 11, 43, tzinfo=UTC),
        body='{"route": 1}',
    )


def test_a_message_without_a_body_has_an_empty_text() -> None:
    assert parse_message({"requestContext": request_context(messageId="m")}).body == ""


def test_an_event_without_an_authorizer_context_is_an_unknown_event() -> None:
    with pytest.raises(UnknownEvent, match="carries no user"):
        parse_connect({"requestContext": request_context(authorizer=None)})


@pytest.mark.parametrize("event", [{}, {"requestContext": None}, {"requestContext": "?"}])
def test_an_event_of_another_source_is_an_unknown_event(event: dict[str, Any]) -> None:
    with pytest.raises(UnknownEvent, match="wrong or missing requestContext"):
        parse_message(event)


def test_the_error_for_an_incomplete_event_names_the_missing_fields() -> None:
    context = request_context()
    del context["connectionId"], context["stage"]

    with pytest.raises(UnknownEvent, match="wrong or missing connectionId, stage"):
        parse_disconnect({"requestContext": context})


@pytest.mark.parametrize(
    ("domain", "endpoint"),
    [
        ("a.execute-api.us-east-1.amazonaws.com", "https://a.execute-api.us-east-1.amazonaws.com/prod"),
        (
            "a.execute-api.cn-north-1.amazonaws.com.cn",
            "https://a.execute-api.cn-north-1.amazonaws.com.cn/prod",
        ),
        ("chat.example.com", "https://chat.example.com"),
        ("execute-api.example.com", "https://execute-api.example.com"),
    ],
)
def test_the_endpoint_of_a_custom_domain_has_no_stage(domain: str, endpoint: str) -> None:
    assert management_endpoint(domain, "prod") == endpoint


def test_a_handshake_response_contains_the_selected_subprotocol() -> None:
    assert handshake_answer(None) == {"statusCode": 200}
    assert handshake_answer("bearer") == {
        "statusCode": 200,
        "headers": {"Sec-WebSocket-Protocol": "bearer"},
    }
