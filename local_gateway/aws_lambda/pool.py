"""All processes of one function: a free one takes the next call, more are started as needed."""

import asyncio
import os
import time
import uuid
from collections import deque

from local_gateway.aws_lambda.invocation import Invocation, Outcome, failure
from local_gateway.aws_lambda.logs import FunctionLog
from local_gateway.aws_lambda.process import Launch
from local_gateway.aws_lambda.worker import Worker
from local_gateway.template.functions import Function

__all__ = ["FunctionPool"]

_PATIENCE_S = 0.01
"""How long a call waits for a process to become free before another is started: starting one takes
30 ms at the very least, so a little patience is the faster way, and keeps the processes few."""

_MAX_STARTING = max(2, os.cpu_count() or 2)
"""More starts at once than cores only slow each other down."""


class FunctionPool:
    """Runs one function's calls. Nothing here limits how many: the service does."""

    def __init__(
        self,
        function: Function,
        launch: Launch,
        log: FunctionLog,
    ) -> None:
        self.function = function
        self.log = log
        self.in_flight = 0
        self._launch = launch
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._starting: set[Worker] = set()
        self._waiting: deque[Invocation] = deque()
        self._growth: asyncio.TimerHandle | None = None
        self._starts: set[asyncio.Task[None]] = set()
        self._closed = False

    def invoke(
        self, payload: bytes, client_context: str | None = None, request_id: str | None = None
    ) -> Invocation:
        """Begin a call; its `outcome` is set when it ends, in whatever way."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        outcome.add_done_callback(self._on_done)
        invocation = Invocation(payload, outcome, client_context, request_id or str(uuid.uuid4()))
        self.in_flight += 1
        self._waiting.append(invocation)
        self._dispatch()
        return invocation

    @property
    def workers(self) -> list[Worker]:
        """Every process that has not gone yet, however far it is."""
        return list(self._workers)

    def warm(self) -> None:
        """Start a first process before anybody calls."""
        if not self._workers:
            self._start_one()

    def retire(self) -> None:
        """Replace every process, e.g. after its source changed: free ones now, busy ones after their call."""
        for worker in self._workers:
            worker.retired = True
        for worker in self._idle:
            worker.kill()
        self._idle.clear()

    def reap(self, idle_s: float) -> None:
        """End the processes that nobody needed for so long."""
        limit = time.monotonic() - idle_s
        for worker in [worker for worker in self._idle if worker.idle_since < limit]:
            self._idle.remove(worker)
            worker.kill()

    def kill(self) -> None:
        """Kill every process, whatever it is doing."""
        for worker in self._workers:
            worker.kill()

    async def close(self) -> None:
        """End every process, and wait until they are gone."""
        self._closed = True
        self._waiting.clear()
        if self._growth is not None:
            self._growth.cancel()
        await asyncio.gather(*self._starts, return_exceptions=True)
        workers = self.workers
        for worker in workers:
            worker.kill()
        if workers:
            await asyncio.wait([worker.gone for worker in workers], timeout=5)

    def on_ready(self, worker: Worker) -> None:
        """Give a free process its next call (the worker calls this)."""
        self._starting.discard(worker)
        if worker.retired or self._closed:
            worker.kill()
            return
        self._idle.append(worker)
        self._dispatch()

    def on_exit(self, worker: Worker, init_failure: Outcome | None) -> None:
        """Forget a process; if it never loaded, the call it was started for fails (the worker calls this)."""
        self._starting.discard(worker)
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if init_failure is not None and self._waiting and not worker.retired:
            self._waiting.popleft().finish(init_failure)
        self._dispatch()

    def _dispatch(self) -> None:
        while self._waiting and self._idle:
            if self._idle.pop().assign(self._waiting[0]):
                self._waiting.popleft()
        if len(self._waiting) <= len(self._starting) or self._growth is not None or self._closed:
            return
        if not self._workers:
            self._start_one()
        else:
            self._growth = asyncio.get_running_loop().call_later(_PATIENCE_S, self._grow)

    def _grow(self) -> None:
        self._growth = None
        while len(self._starting) < min(len(self._waiting), _MAX_STARTING):
            self._start_one()

    def _start_one(self) -> None:
        worker = Worker(self.function, self, self.log)
        self._workers.add(worker)
        self._starting.add(worker)
        start = asyncio.get_running_loop().create_task(self._start(worker))
        self._starts.add(start)
        start.add_done_callback(self._starts.discard)

    async def _start(self, worker: Worker) -> None:
        try:
            await worker.start(self._launch)
        except OSError as problem:  # no more file descriptors, processes or memory
            self.log.add(f"could not be started: {problem}", kind="error")
            self.on_exit(worker, failure("Sandbox.StartError", f"could not be started: {problem}"))
            worker.gone.set_result(None)

    def _on_done(self, _outcome: "asyncio.Future[Outcome]") -> None:
        self.in_flight -= 1
