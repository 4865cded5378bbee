"""The event loop leaves no tasks, generators or threads behind, even if the SDK does."""

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import closing

import anyio
import pytest

from threadcast.adapters.model_agent.event_loop import Emit, events_of
from threadcast.adapters.model_agent.providers.abort_call import LiveCalls
from threadcast.domain.streamed_parts import AnswerEnd


async def nested(depth: int) -> AsyncIterator[int]:
    """Yield from nested generators, each of which needs the loop once more to end."""
    try:
        if depth:
            async for number in nested(depth - 1):
                yield number
        yield 1
    finally:
        await asyncio.sleep(0)


@pytest.mark.parametrize("depth", range(6))
@pytest.mark.parametrize("is_cut_short", [False, True])
def test_dropped_generators_end_with_the_loop(
    is_cut_short: bool, depth: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def produce(emit: Emit) -> None:
        numbers = nested(depth)
        await anext(numbers)
        emit(AnswerEnd("a"))
        if is_cut_short:
            await asyncio.Event().wait()

    stream = events_of(produce, threading.Event(), LiveCalls())
    with caplog.at_level(logging.ERROR), closing(stream):  # type: ignore[type-var]
        assert next(stream) == AnswerEnd("a")
        if not is_cut_short:
            assert list(stream) == []
    gc.collect()

    assert caplog.messages == []  # asyncio logs what is pending when it is destroyed


@pytest.mark.parametrize("steps", range(6))
def test_tasks_that_the_sdk_has_just_started_are_ended_by_the_sdk(steps: int) -> None:
    """A task that is cancelled before its first step would never await its coroutine."""

    async def produce(emit: Emit) -> None:
        emit(AnswerEnd("a"))
        for _ in range(steps):
            await asyncio.sleep(0)
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep_forever)
            await asyncio.Event().wait()

    stream = events_of(produce, threading.Event(), LiveCalls())
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    gc.collect()  # warns of what was never awaited, and warnings are errors
