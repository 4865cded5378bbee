"""Authorizer events: where a token is found, and what the authorizer returns."""

import json
from typing import Any

import pytest

from threadcast.domain.user import User
from threadcast.entrypoints.authorizer_event import (
    HandshakeRefused,
    allow,
    find_token,
    offered_subprotocols,
    user_from_context,
)
from threadcast.errors import TokenRejected, UnknownEvent

METHOD_ARN = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/$connect"
ALICE = User("u-1", "Alice", "alice@example.com", "acme", "https://example.com/alice.png")
BOB = User("u-2", "Bob")


@pytest.mark.parametrize(
    ("event", "token"),
    [
        ({"queryStringParameters": {"authentication": "x.y.z"}}, "x.y.z"),
        ({"headers": {"Authorization": "Bearer x.y.z"}}, "x.y.z"),
        ({"headers": {"authorization": "bearer  x.y.z "}}, "x.y.z"),
        ({"multiValueHeaders": {"Authorization": ["Basic abc", "Bearer x.y.z"]}}, "x.y.z"),
        ({"headers": {"Sec-WebSocket-Protocol": "bearer, x.y.z"}}, "x.y.z"),
        ({"multiValueHeaders": {"sec-websocket-protocol": ["bearer", "x.y.z"]}}, "x.y.z"),
        (
            {
                "queryStringParameters": {"authentication": "a.b.c"},
                "headers": {"Authorization": "Bearer x.y.z"},
            },
            "a.b.c",
        ),
        (
            {"queryStringParameters": {"authentication": " "}, "headers": {"Authorization": "Bearer x.y.z"}},
            "x.y.z",
        ),
    ],
)
def test_a_token_is_found_in_each_permitted_place(event: dict[str, Any], token: str) -> None:
    assert find_token(event) == token


@pytest.mark.parametrize(
    "event",
    [
        ({}),
        ({"queryStringParameters": None, "headers": None, "multiValueHeaders": None}),
        ({"queryStringParameters": {"token": "x.y.z"}}),
        ({"headers": {"Authorization": "Basic x.y.z"}}),
        ({"headers": {"Authorization": "Bearer"}}),
        ({"headers": {"Sec-WebSocket-Protocol": "bearer"}}),
        ({"headers": {"Sec-WebSocket-Protocol": "chat, x.y.z"}}),
    ],
)
def test_an_event_without_a_token_is_rejected(event: dict[str, Any]) -> None:
    with pytest.raises(TokenRejected, match="no token"):
        find_token(event)


def test_offered_subprotocols_keep_their_order() -> None:
    event = {"headers": {"Sec-Websocket-Protocol": "bearer,x.y.z , v1"}}

    assert offered_subprotocols(event) == ("bearer", "x.y.z", "v1")


def test_the_policy_permits_every_route_of_this_stage_and_nothing_else() -> None:
    response = allow(ALICE, METHOD_ARN)

    assert response["principalId"] == "u-1"
    assert response["policyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Action": "execute-api:Invoke",
                "Effect": "Allow",
                "Resource": "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/*",
            }
        ],
    }


@pytest.mark.parametrize("user", [ALICE, BOB])
def test_a_user_read_from_the_context_equals_the_user_written_to_it(user: User) -> None:
    context = allow(user, METHOD_ARN)["context"]

    assert all(isinstance(value, str) and value for value in context.values())
    assert user_from_context({**context, "principalId": user.id, "integrationLatency": "3"}) == user


def test_unknown_attributes_of_a_user_are_omitted_from_the_context() -> None:
    assert allow(BOB, METHOD_ARN)["context"] == {"user_id": "u-2", "user_name": "Bob"}


@pytest.mark.parametrize("organization", ["o" * 256, '"' * 256, "é" * 128, "😀" * 64])
def test_the_longest_user_fits_the_size_limit_of_api_gateway(organization: str) -> None:
    user = User("u" * 36, "😀" * 5000, "😀" * 5000, organization, "https://" + "a" * 2040)

    response = allow(user, METHOD_ARN)

    assert len(json.dumps(response)) < 8192
    assert response["context"]["user_avatar"] == user.avatar


@pytest.mark.parametrize("avatar", ["data:image/png;base64," + "A" * 9000, "https://é.example/", '"' * 2000])
def test_an_avatar_that_is_too_long_is_omitted(avatar: str) -> None:
    assert "user_avatar" not in allow(User("u-1", "A", avatar=avatar), METHOD_ARN)["context"]


def test_a_context_without_a_user_is_an_unknown_event() -> None:
    with pytest.raises(UnknownEvent, match="carries no user"):
        user_from_context({"principalId": "u-1"})


def test_a_refusal_has_the_message_that_api_gateway_turns_into_a_401() -> None:
    assert str(HandshakeRefused()) == "Unauthorized"


def test_half_a_surrogate_pair_in_a_name_is_replaced() -> None:
    user = user_from_context({"user_id": "u-1", "user_name": "Zo\ud83d", "user_email": "zoe@example.com"})

    assert user.name == "Zo\ufffd"


@pytest.mark.parametrize(
    ("user", "is_verified"),
    [
        (User("u-1", "Zoe", "zoe@example.com", has_verified_email=True), True),
        (User("u-1", "Zoe", "zoe@example.com"), False),
        (User("u-1", "Zoe", f"{'z' * 200}@example.com", has_verified_email=True), False),
    ],
)
def test_an_address_travels_as_verified_only_if_it_is_whole(user: User, *, is_verified: bool) -> None:
    context = allow(user, "arn:aws:execute-api:eu-central-1:1:api/prod/$connect")["context"]

    assert user_from_context(context).has_verified_email is is_verified
