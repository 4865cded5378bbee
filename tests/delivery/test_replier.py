"""The replier delivers answers of one frame, also after push errors and to connections with a small limit."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.fakes import RecordingPusher
from tests.turns.world import World
from threadcast.domain.address import Address
from threadcast.errors import (
    ConnectionGone,
    DeliveryUnknown,
    FrameTooLarge,
    GatewayUnreachable,
    PushError,
    PushThrottled,
)
from threadcast.ports import Connection
from threadcast.protocol.frame_encoder import encode
from threadcast.protocol.routes import CHATS_STOP
from threadcast.turns.stop_thread import StopAnswer

ANSWER = CHATS_STOP.reply(StopAnswer("c-1", "m-1", stopped=True), Address("/chats/stop"))


def world_with_failing_posts(*errors: type[PushError]) -> World:
    """Return a world in which the first posts fail with these errors."""
    remaining: Iterator[type[PushError]] = iter(errors)

    def fail(connection: Connection) -> None:
        for error in remaining:
            raise error(connection.id)

    return World(pusher=RecordingPusher(fail))


@pytest.mark.parametrize("error", [PushThrottled, GatewayUnreachable, DeliveryUnknown])
def test_a_reply_is_posted_again_until_it_is_accepted(error: type[PushError]) -> None:
    world = world_with_failing_posts(error, error)
    connection = world.connect()

    world.use_cases.replier.reply(lambda _: encode(ANSWER), connection)

    assert world.pusher.received(connection) == [ANSWER]


def test_a_reply_that_is_too_large_is_made_smaller() -> None:
    world, sizes = world_with_failing_posts(FrameTooLarge, FrameTooLarge), []
    connection = world.connect()

    def frame(max_bytes: int) -> bytes:
        sizes.append(max_bytes)
        return encode(ANSWER)

    world.use_cases.replier.reply(frame, connection)

    assert sizes == [131_072, 65_536, 32_768]
    assert world.pusher.received(connection) == [ANSWER]


@pytest.mark.parametrize("errors", [[ConnectionGone], [FrameTooLarge] * 20, [PushThrottled] * 1000])
def test_a_reply_that_cannot_be_delivered_is_dropped(errors: list[type[PushError]]) -> None:
    world = world_with_failing_posts(*errors)
    connection = world.connect()

    world.use_cases.replier.reply(lambda _: encode(ANSWER), connection)

    assert world.pusher.received(connection) == []


def test_a_reply_is_posted_once_to_an_unreachable_gateway_without_a_timeout() -> None:
    attempts: list[Connection] = []

    def unreachable(connection: Connection) -> None:
        attempts.append(connection)
        raise GatewayUnreachable(connection.id)

    world = World(pusher=RecordingPusher(unreachable))
    world.change(policy=replace(world.policy, gateway_timeout_s=0))
    connection = world.connect()

    world.use_cases.replier.reply(lambda _: encode(ANSWER), connection)

    assert attempts == [connection]
