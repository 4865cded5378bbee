"""Injected faults: which requests fail, and functions killed at a chosen time."""

import json
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from local_gateway import Gateway
from local_gateway.injected_faults import InjectedFaults, PostFault

ONE, OTHER = "L0SM9cOFvHcCIhw=", "K9RL8bNEuGbBHgv="


def statuses(faults: InjectedFaults, *connections: str) -> list[int | None]:
    found = [faults.next_fault("POST", each) for each in connections]
    return [None if fault is None else fault.status for fault in found]


def test_a_fault_applies_times_requests_after_the_first_ones_succeed() -> None:
    faults = InjectedFaults([PostFault(429, times=2, after=1)])

    assert statuses(faults, *[ONE] * 5) == [None, 429, 429, None, None]


def test_a_fault_of_one_connection_does_not_affect_others() -> None:
    faults = InjectedFaults([PostFault(410, connection_id=ONE)])

    assert statuses(faults, ONE, OTHER, ONE) == [410, None, 410]


def test_faults_apply_to_posts_only() -> None:
    faults = InjectedFaults([PostFault(500)])

    assert [faults.next_fault(method, ONE) for method in ("GET", "DELETE")] == [None, None]


def test_kill_during_call_kills_one_invocation_and_the_next_one_succeeds(behaviour: Gateway) -> None:
    behaviour.kill_during_call("Actor", after_s=0.2)
    with connect(behaviour.websocket_url) as client:
        client.send(json.dumps({"do": "sleep", "seconds": 50}))
        began = time.monotonic()
        killed = json.loads(client.recv(timeout=120))
        took_s = time.monotonic() - began
        client.send(json.dumps({"do": "return", "value": {"statusCode": 200, "body": "alive"}}))

        assert (killed["message"], client.recv(timeout=120)) == ("Internal server error", "alive")
    assert took_s < 30


def test_a_fault_kills_a_function_at_its_nth_post(behaviour: Gateway) -> None:
    behaviour.fail_posts(kills="Actor", after=1, times=1)
    try:
        with connect(behaviour.websocket_url) as client:
            client.send(json.dumps({"action": "silent", "do": "post", "text": "first"}))
            received = [client.recv(timeout=120)]
            client.send(json.dumps({"action": "silent", "do": "post", "text": "second"}))
            received.append(client.recv(timeout=120))
    finally:
        behaviour.clear_faults()

    assert received[0] == "first"
    assert json.loads(received[1])["message"] == "Internal server error"


def test_a_fault_drops_the_connection_of_a_post(behaviour: Gateway) -> None:
    behaviour.fail_posts(410, drops=True, times=1)
    with connect(behaviour.websocket_url) as client:
        client.send(json.dumps({"action": "silent", "do": "post", "text": "lost"}))

        with pytest.raises(ConnectionClosed):
            client.recv(timeout=120)
