"""Tokens: which ones may connect, and that a refused handshake stores nothing."""

import time
from typing import Any
from uuid import uuid4

import jwt
import pytest

from tests.e2e.invariants import violations
from tests.e2e.local_stack import Person, Stack, sample
from threadcast_client import Connection, HandshakeRefused
from threadcast_client.handshake import AuthIn

IOWA = sample("iowa_electricity").asset.id


def connections_of(stack: Stack, person: Person) -> list[Any]:
    """Return the items of a user."""
    return list(stack.table.query(f"USER#{person.id}", ("A", "Z")))


@pytest.mark.parametrize("auth_in", ["query", "header", "subprotocol"])
async def test_a_valid_token_connects_wherever_it_is_sent(alice: Person, auth_in: AuthIn) -> None:
    async with alice.connect(auth_in) as connection:
        frames = await (await connection.post(asset_id=IOWA, asset_type="metric_file")).all_frames()

    assert violations(frames) == []


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": time.time() - 60},
        {"aud": "another service"},
        {"iss": "another service"},
        {"nbf": time.time() + 600},
        {"sub": ""},
    ],
    ids=lambda claims: next(iter(claims)),
)
async def test_a_token_with_an_invalid_claim_is_refused(
    stack: Stack, alice: Person, claims: dict[str, Any]
) -> None:
    for auth_in in ("query", "header", "subprotocol"):
        connection = Connection(alice.url, alice.token(**claims), auth_in=auth_in)
        with pytest.raises(HandshakeRefused) as refused:
            await connection.open()

        assert refused.value.status in {401, 403}
    assert connections_of(stack, alice) == []


async def test_a_missing_malformed_or_forged_token_is_refused(stack: Stack, alice: Person) -> None:
    claims = {"sub": alice.id, "iss": "threadcast", "aud": "threadcast", "exp": time.time() + 600}
    forged = jwt.encode(claims, "another secret, which is just as long", algorithm="HS256")
    unsigned = jwt.encode(claims, None, algorithm="none")

    for token in (None, "", "not.a.token", forged, unsigned, alice.token()[:-2], str(uuid4())):
        with pytest.raises(HandshakeRefused) as refused:
            await Connection(alice.url, token).open()

        assert refused.value.status in {401, 403}
    assert connections_of(stack, alice) == []


async def test_an_open_connection_is_stored(stack: Stack, alice: Person) -> None:
    async with alice.connect() as connection:
        await (await connection.post(asset_id=IOWA, asset_type="metric_file")).result()
        open_ones = [item["sk"] for item in connections_of(stack, alice) if item["sk"].startswith("CONN#")]

    assert len(open_ones) == 1


async def test_the_body_cannot_change_the_user(stack: Stack, alice: Person) -> None:
    bob = stack.new_person("Bob")
    body = {"metric_id": IOWA, "user_id": bob.id, "sub": bob.id}

    async with alice.connect() as connection:
        chat = await (await connection.request("/chats/post", body, request_id="r-1")).result()

    assert (chat["created_by_id"], chat["created_by_name"]) == (alice.id, "Alice")
