"""`make invoke … ARGS=--against`: an event on a running stack, over WebSockets."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from demo.errors import DemoError
from demo.invoke.runners.registered_stack import invoke_on_registered_stack
from demo.invoke.sample_event import read_sample_event
from demo.stack.registry import RegisteredStack, find_stack
from demo.stack.running_stack import running_stack
from local_gateway import LambdaSettings


@pytest.fixture(scope="module")
def registered() -> Iterator[RegisteredStack]:
    with running_stack(Console(file=io.StringIO()), {}, functions=LambdaSettings(warm=True)) as stack:
        yield find_stack(int(stack.gateway.websocket_url.split(":")[2].split("/")[0]))


def test_both_connections_receive_the_turn_of_a_handoff(registered: RegisteredStack) -> None:
    outcome, effects = invoke_on_registered_stack(read_sample_event("run_turn/handoff"), registered)

    requesting, other = effects.frames.values()
    assert outcome.error is None
    assert [requesting[-1]["event"], other[0]["event"], other[-1]["event"]] == [
        "complete",
        "initializeChat",
        "complete",
    ]
    assert {change.kind for change in effects.changes} == {"updated"}


def test_an_event_can_be_repeated_because_its_chat_is_replaced(registered: RegisteredStack) -> None:
    for _ in range(2):
        _, effects = invoke_on_registered_stack(read_sample_event("post_thread/stop"), registered)

        requesting, _other = effects.frames.values()
        assert [frame["payload"]["stopped"] for frame in requesting] == [True]


def test_an_error_that_a_function_raises_is_the_outcome(registered: RegisteredStack) -> None:
    outcome, effects = invoke_on_registered_stack(read_sample_event("authorizer/no_token"), registered)

    assert (outcome.error or {})["errorMessage"] == "Unauthorized"
    # The connections of the test before may only be closing.
    changes = [change for change in effects.changes if not change.key[1].startswith("CONN#")]
    assert (effects.frames, changes) == ({}, [])


def test_a_stack_without_tokens_of_its_own_is_refused() -> None:
    with pytest.raises(DemoError, match="tokens of its own"):
        invoke_on_registered_stack(
            read_sample_event("post_thread/asset"), RegisteredStack("ws://127.0.0.1:1/prod", 1, None)
        )
