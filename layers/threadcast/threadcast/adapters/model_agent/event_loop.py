"""Runs an asynchronous SDK behind a synchronous generator: one event loop, in the caller's thread."""

import asyncio
import logging
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from threadcast.adapters.model_agent.providers.abort_call import LiveCalls
from threadcast.ports import StopSignal
from threadcast.ports.agent_events import AgentEvent, TokensUsed

__all__ = ["Emit", "events_of"]

Emit = Callable[[AgentEvent], None]
"""Passes an event to the generator's caller."""

_log = logging.getLogger(__name__)

_POLL_S = 0.05
"""Interval of the checks of the stop signal while the model sends nothing."""

_WORKERS = 4
_SHUTDOWN_TIMEOUT_S = 1.0
"""How long the shutdown waits for tasks, and for threads whose connections were aborted; a thread that is
still connecting takes longer."""


def events_of(
    produce: Callable[[Emit], Awaitable[None]], stop: StopSignal, calls: LiveCalls
) -> Iterator[AgentEvent]:
    """Yield the events that `produce` emits; raise its exception.

    Once `stop` is set, yield only the remaining `TokensUsed`. However the generator ends, also by `close`,
    the model's connections are aborted, the tasks cancelled, the threads joined and the loop closed before
    it returns.
    """
    if stop.is_set():
        return
    name = f"model-{uuid.uuid4().hex[:8]}"
    loop = asyncio.new_event_loop()
    workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix=name)
    loop.set_default_executor(workers)
    inbox: asyncio.Queue[AgentEvent | None] = asyncio.Queue()
    work = loop.create_task(_until_done(produce, inbox))
    watch = loop.create_task(_until_stopped(stop, inbox))
    try:
        while (event := _next(loop, inbox)) is not None and not stop.is_set():
            yield event
        if not stop.is_set():
            loop.run_until_complete(work)
            return
        calls.abort()
        work.cancel()
        _finish_tasks(loop)
        yield from _remaining_usage(inbox)
    finally:
        calls.abort()
        work.cancel()
        watch.cancel()
        if _shut_down(loop, workers, name):
            calls.close()


async def _until_done(
    produce: Callable[[Emit], Awaitable[None]], inbox: asyncio.Queue[AgentEvent | None]
) -> None:
    try:
        await produce(inbox.put_nowait)
    finally:
        inbox.put_nowait(None)


async def _until_stopped(stop: StopSignal, inbox: asyncio.Queue[AgentEvent | None]) -> None:
    """Poll the signal: it is no asyncio event, and a thread that waits for it could leak."""
    while not stop.is_set():  # noqa: ASYNC110 - see above
        await asyncio.sleep(_POLL_S)
    inbox.put_nowait(None)


def _next(loop: asyncio.AbstractEventLoop, inbox: asyncio.Queue[AgentEvent | None]) -> AgentEvent | None:
    try:
        return inbox.get_nowait()
    except asyncio.QueueEmpty:
        return loop.run_until_complete(inbox.get())


def _remaining_usage(inbox: asyncio.Queue[AgentEvent | None]) -> Iterator[TokensUsed]:
    """Yield the usage among the events that the caller has not consumed."""
    while not inbox.empty():
        if isinstance(event := inbox.get_nowait(), TokensUsed):
            yield event


def _shut_down(loop: asyncio.AbstractEventLoop, workers: ThreadPoolExecutor, name: str) -> bool:
    """End the tasks, then the threads, then the loop, which the threads may still call.

    Return False if a thread is still running.
    """
    _finish_tasks(loop)
    loop.run_until_complete(loop.shutdown_asyncgens())
    _finish_tasks(loop)
    workers.shutdown(wait=False, cancel_futures=True)
    are_gone = _join([thread for thread in threading.enumerate() if thread.name.startswith(name)])
    loop.close()
    return are_gone


def _finish_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Wait for every task, including new ones: ending a dropped generator takes a task and may drop another.

    The code that started a task ends it; only tasks that take too long are cancelled.
    """
    loop.run_until_complete(asyncio.sleep(0))
    while tasks := asyncio.all_tasks(loop):
        ended, late = loop.run_until_complete(asyncio.wait(tasks, timeout=_SHUTDOWN_TIMEOUT_S))
        for task in late:
            task.cancel()
        for task in ended:
            if not task.cancelled():
                task.exception()  # retrieved, or asyncio would log it
        loop.run_until_complete(asyncio.sleep(0))


def _join(threads: list[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(_SHUTDOWN_TIMEOUT_S / len(threads))
    are_gone = not any(thread.is_alive() for thread in threads)
    if not are_gone:
        _log.warning("model_call_still_open")
    return are_gone
