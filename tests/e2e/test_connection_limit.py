"""The limit of open connections of a user, from the handshake to the client's error."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from tests.e2e.invariants import violations
from tests.e2e.local_stack import Person, Stack, sample
from threadcast.adapters.dynamodb import DynamoConnectionStore
from threadcast.ports import Connection as Registered
from threadcast_client import Connection, HandshakeRefused

IOWA = sample("iowa_electricity").asset.id
LIMIT = 20
"""The template's default."""

REFUSED = "the server refused the connection (429): Too Many Requests"


def registry(stack: Stack) -> DynamoConnectionStore:
    return DynamoConnectionStore(stack.table, lambda: datetime.now(UTC))


async def error_of(person: Person, opened: AsyncExitStack) -> str | None:
    """Connect, and return the client's error; None if the handshake succeeds."""
    try:
        await opened.enter_async_context(person.connect())
    except HandshakeRefused as refused:
        return str(refused)
    return None


async def test_a_connection_beyond_the_limit_is_refused_with_429_and_the_others_stay(
    stack: Stack, alice: Person
) -> None:
    bob = stack.new_person("Bob")
    async with AsyncExitStack() as opened:
        connections: list[Connection] = [
            await opened.enter_async_context(alice.connect()) for _ in range(LIMIT)
        ]
        errors = [await error_of(alice, opened) for _ in range(3)]
        others = await error_of(bob, opened)
        answers = [
            await (await connection.post(asset_id=IOWA, asset_type="metric_file")).all_frames()
            for connection in (connections[0], connections[-1])
        ]

    assert errors == [REFUSED] * 3
    assert others is None
    assert [violations(frames) for frames in answers] == [[], []]


async def test_concurrent_handshakes_do_not_exceed_the_limit(stack: Stack, alice: Person) -> None:
    async with AsyncExitStack() as opened:
        handshakes = (error_of(alice, opened) for _ in range(2 * LIMIT))
        errors = await asyncio.gather(*handshakes)
        stored = registry(stack).presence(alice.id).connections

    assert set(errors) <= {None, REFUSED}
    assert errors.count(None) <= LIMIT
    assert len(stored) == errors.count(None)


async def test_connections_that_are_gone_make_room(stack: Stack, alice: Person) -> None:
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    for number in range(LIMIT):  # as if every $disconnect had been lost
        registry(stack).add(Registered(f"AAAAAAAAoAMCI{number:02}=", alice.id, "https://unused", hour_ago))

    async with AsyncExitStack() as opened:
        errors = [await error_of(alice, opened) for _ in range(3)]
        stored = registry(stack).presence(alice.id).connections

    assert errors == [None] * 3
    assert len(stored) == LIMIT
