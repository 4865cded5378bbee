"""Answers of one frame reach whoever asked, in small frames and in bad weather too."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.fakes import RecordingPusher
from tests.turns.world import World
from threadcast.errors import (
    ConnectionGone,
    DeliveryUnknown,
    FrameTooLarge,
    GatewayUnreachable,
    PushError,
    PushThrottled,
)
from threadcast.ports import Connection
from threadcast.protocol.frames import Address, Frame, stop_frame

ANSWER = stop_frame("c-1", "m-1", Address("/chats/stop"), stopped=True)


def world_with(*weather: type[PushError]) -> World:
    """A world in which the first posts fail like this."""
    ahead: Iterator[type[PushError]] = iter(weather)

    def meet(connection: Connection) -> None:
        for fault in ahead:
            raise fault(connection.id)

    return World(pusher=RecordingPusher(meet))


@pytest.mark.parametrize("fault", [PushThrottled, GatewayUnreachable, DeliveryUnknown])
def test_a_reply_is_sent_again_until_it_is_taken(fault: type[PushError]) -> None:
    world = world_with(fault, fault)
    tab = world.connect()

    world.use_cases.replier.reply(lambda _: ANSWER, tab)

    assert world.pusher.heard(tab) == [ANSWER]


def test_a_reply_that_is_too_large_becomes_smaller() -> None:
    world, sizes = world_with(FrameTooLarge, FrameTooLarge), []
    tab = world.connect()

    def made(max_bytes: int) -> Frame:
        sizes.append(max_bytes)
        return ANSWER

    world.use_cases.replier.reply(made, tab)

    assert sizes == [131_072, 65_536, 32_768]
    assert world.pusher.heard(tab) == [ANSWER]


@pytest.mark.parametrize("weather", [[ConnectionGone], [FrameTooLarge] * 20, [PushThrottled] * 1000])
def test_a_reply_that_cannot_be_delivered_is_given_up(weather: list[type[PushError]]) -> None:
    world = world_with(*weather)
    tab = world.connect()

    world.use_cases.replier.reply(lambda _: ANSWER, tab)

    assert world.pusher.heard(tab) == []


def test_a_gateway_that_nobody_waits_for_is_asked_once() -> None:
    asked: list[Connection] = []

    def away(connection: Connection) -> None:
        asked.append(connection)
        raise GatewayUnreachable(connection.id)

    world = World(pusher=RecordingPusher(away))
    world.change(policy=replace(world.policy, gateway_timeout_s=0))
    tab = world.connect()

    world.use_cases.replier.reply(lambda _: ANSWER, tab)

    assert asked == [tab]
