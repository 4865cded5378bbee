"""From an asynchronous SDK to a plain generator: one event loop, in the thread of whoever asks for events."""

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
"""Takes an event to whoever listens."""

_log = logging.getLogger(__name__)

_POLL_S = 0.05
"""How often the stop signal is looked at while the model says nothing."""

_WORKERS = 4
_PATIENCE_S = 1.0
"""How long the end waits for tasks, and for threads whose connections were cut; one that is just connecting
takes longer."""


def events_of(
    produce: Callable[[Emit], Awaitable[None]], stop: StopSignal, calls: LiveCalls
) -> Iterator[AgentEvent]:
    """What `produce` emits, as it is emitted; its exception, if it raises one.

    Once `stop` is set, nothing comes but what was used. However this ends, also by `close`, the model's
    connections are cut, the tasks cancelled, the threads gone and the loop closed when it returns.
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
        calls.cut()
        work.cancel()
        _let_end(loop)
        yield from _bills(inbox)
    finally:
        calls.cut()
        work.cancel()
        watch.cancel()
        if _wind_up(loop, workers, name):
            calls.close()


async def _until_done(
    produce: Callable[[Emit], Awaitable[None]], inbox: asyncio.Queue[AgentEvent | None]
) -> None:
    try:
        await produce(inbox.put_nowait)
    finally:
        inbox.put_nowait(None)


async def _until_stopped(stop: StopSignal, inbox: asyncio.Queue[AgentEvent | None]) -> None:
    """Look at the signal now and then: it is no asyncio event, and a thread that waits on it could leak."""
    while not stop.is_set():  # noqa: ASYNC110 - see above
        await asyncio.sleep(_POLL_S)
    inbox.put_nowait(None)


def _next(loop: asyncio.AbstractEventLoop, inbox: asyncio.Queue[AgentEvent | None]) -> AgentEvent | None:
    try:
        return inbox.get_nowait()
    except asyncio.QueueEmpty:
        return loop.run_until_complete(inbox.get())


def _bills(inbox: asyncio.Queue[AgentEvent | None]) -> Iterator[TokensUsed]:
    """What was used of what nobody has asked for any more."""
    while not inbox.empty():
        if isinstance(event := inbox.get_nowait(), TokensUsed):
            yield event


def _wind_up(loop: asyncio.AbstractEventLoop, workers: ThreadPoolExecutor, name: str) -> bool:
    """Let the tasks end, then the threads, then the loop, which a thread may want to tell something.

    False if a thread goes on after all.
    """
    _let_end(loop)
    loop.run_until_complete(loop.shutdown_asyncgens())
    _let_end(loop)
    workers.shutdown(wait=False, cancel_futures=True)
    are_gone = _join([thread for thread in threading.enumerate() if thread.name.startswith(name)])
    loop.close()
    return are_gone


def _let_end(loop: asyncio.AbstractEventLoop) -> None:
    """Wait for every task, also those to come: a dropped generator is ended by one, and drops another.

    Whoever began a task ends it; we cancel what is left of those that take too long.
    """
    loop.run_until_complete(asyncio.sleep(0))
    while tasks := asyncio.all_tasks(loop):
        ended, late = loop.run_until_complete(asyncio.wait(tasks, timeout=_PATIENCE_S))
        for task in late:
            task.cancel()
        for task in ended:
            if not task.cancelled():
                task.exception()  # noted, or asyncio would log it
        loop.run_until_complete(asyncio.sleep(0))


def _join(threads: list[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(_PATIENCE_S / len(threads))
    are_gone = not any(thread.is_alive() for thread in threads)
    if not are_gone:
        _log.warning("model_call_still_open")
    return are_gone
