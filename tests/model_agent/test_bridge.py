"""The bridge from an asynchronous SDK leaves nothing behind, whatever the SDK has left lying about."""

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from threadcast.adapters.model_agent.bridge import Emit, events_of
from threadcast.adapters.model_agent.providers.cutting import LiveCalls
from threadcast.agent_events import AnswerEnded


async def nested(depth: int) -> AsyncIterator[int]:
    """Generators inside one another, each of which needs the loop once more to end."""
    try:
        if depth:
            async for number in nested(depth - 1):
                yield number
        yield 1
    finally:
        await asyncio.sleep(0)


@pytest.mark.parametrize("depth", range(6))
@pytest.mark.parametrize("is_cut_short", [False, True])
def test_generators_that_are_dropped_half_way_end_with_the_loop(
    is_cut_short: bool, depth: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def produce(emit: Emit) -> None:
        numbers = nested(depth)
        await anext(numbers)
        emit(AnswerEnded("a"))
        if is_cut_short:
            await asyncio.Event().wait()

    stream = events_of(produce, threading.Event(), LiveCalls())
    with caplog.at_level(logging.ERROR), closing(stream):  # type: ignore[type-var]
        assert next(stream) == AnswerEnded("a")
        if not is_cut_short:
            assert list(stream) == []
    gc.collect()

    assert caplog.messages == []  # asyncio logs what is pending when it is destroyed
