"""`make invoke … ARGS=--against`: an event on a running stack, over WebSockets of its own."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from demo.errors import DemoError
from demo.invoke.runners.running_stack import invoke_against
from demo.invoke.sample_event import read_event
from demo.stack.registry import Run, find_run
from demo.stack.running_stack import running_stack
from local_gateway import LambdaSettings


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with running_stack(Console(file=io.StringIO()), {}, functions=LambdaSettings(warm=True)) as stack:
        yield find_run(int(stack.gateway.websocket_url.split(":")[2].split("/")[0]))


def test_both_connections_receive_the_turn_that_the_event_hands_over(run: Run) -> None:
    outcome, seen = invoke_against(read_event("run_turn/handoff"), run)

    asker, other = seen.frames.values()
    assert outcome.error is None
    assert [asker[-1]["event"], other[0]["event"], other[-1]["event"]] == [
        "complete",
        "initializeChat",
        "complete",
    ]
    assert {change.kind for change in seen.changes} == {"updated"}


def test_an_event_can_be_repeated_since_its_chat_is_stored_anew(run: Run) -> None:
    for _ in range(2):
        _, seen = invoke_against(read_event("post_thread/stop"), run)

        asker, _other = seen.frames.values()
        assert [frame["payload"]["stopped"] for frame in asker] == [True]


def test_an_error_that_a_function_raises_is_the_outcome(run: Run) -> None:
    outcome, seen = invoke_against(read_event("authorizer/no_token"), run)

    assert (outcome.error or {})["errorMessage"] == "Unauthorized"
    assert (seen.frames, seen.changes) == ({}, [])


def test_a_stack_without_tokens_of_its_own_is_refused() -> None:
    with pytest.raises(DemoError, match="tokens of its own"):
        invoke_against(read_event("post_thread/asset"), Run("ws://127.0.0.1:1/prod", 1, None))
