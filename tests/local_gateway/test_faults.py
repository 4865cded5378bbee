"""Faults on demand: which request meets which, and functions killed at a chosen moment."""

import json
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from local_gateway import Gateway
from local_gateway.faults import Faults, PostFault

ONE, OTHER = "L0SM9cOFvHcCIhw=", "K9RL8bNEuGbBHgv="


def statuses(faults: Faults, *connections: str) -> list[int | None]:
    met = [faults.of_post("POST", each) for each in connections]
    return [None if fault is None else fault.status for fault in met]


def test_a_fault_is_met_as_often_as_it_says_and_after_as_many_as_it_says() -> None:
    faults = Faults([PostFault(429, times=2, after=1)])

    assert statuses(faults, *[ONE] * 5) == [None, 429, 429, None, None]


def test_a_fault_of_one_connection_leaves_the_others_alone() -> None:
    faults = Faults([PostFault(410, connection_id=ONE)])

    assert statuses(faults, ONE, OTHER, ONE) == [410, None, 410]


def test_only_posts_meet_faults() -> None:
    faults = Faults([PostFault(500)])

    assert [faults.of_post(method, ONE) for method in ("GET", "DELETE")] == [None, None]


def test_a_call_is_killed_at_the_chosen_moment_and_the_next_one_lives(behaviour: Gateway) -> None:
    behaviour.kill_during_call("Actor", after_s=0.2)
    with connect(behaviour.websocket_url) as client:
        client.send(json.dumps({"do": "sleep", "seconds": 50}))
        began = time.monotonic()
        killed = json.loads(client.recv(timeout=40))
        took_s = time.monotonic() - began
        client.send(json.dumps({"do": "return", "value": {"statusCode": 200, "body": "alive"}}))

        assert (killed["message"], client.recv(timeout=30)) == ("Internal server error", "alive")
    assert took_s < 30


def test_a_function_is_killed_by_its_own_nth_post(behaviour: Gateway) -> None:
    behaviour.fail_posts(kills="Actor", after=1, times=1)
    try:
        with connect(behaviour.websocket_url) as client:
            client.send(json.dumps({"action": "silent", "do": "post", "text": "first"}))
            heard = [client.recv(timeout=30)]
            client.send(json.dumps({"action": "silent", "do": "post", "text": "second"}))
            heard.append(client.recv(timeout=30))
    finally:
        behaviour.clear_faults()

    assert heard[0] == "first"
    assert json.loads(heard[1])["message"] == "Internal server error"


def test_a_post_that_drops_the_connection_is_gone(behaviour: Gateway) -> None:
    behaviour.fail_posts(410, drops=True, times=1)
    with connect(behaviour.websocket_url) as client:
        client.send(json.dumps({"action": "silent", "do": "post", "text": "lost"}))

        with pytest.raises(ConnectionClosed):
            client.recv(timeout=30)
