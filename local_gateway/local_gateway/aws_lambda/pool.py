"""All processes of one function: a free one takes the next call, more are started as needed."""

import asyncio
import os
import random
import time
from collections import deque
from dataclasses import dataclass

from local_gateway.aws_lambda.invocation import Invocation, Outcome, failure
from local_gateway.aws_lambda.logs import FunctionLog
from local_gateway.aws_lambda.process import Launch
from local_gateway.aws_lambda.worker import Worker
from local_gateway.template.functions import Function

__all__ = ["FunctionPool", "InFlight"]

_CORES = os.cpu_count() or 2

_PATIENCE_S = 0.025
"""How long a call may wait for a busy process of a quick function, before a resting or a new one takes
it. More quick calls at once than cores only make each other slower, and starting a process takes
30 ms at the very least: waiting for the next one to end is faster, and keeps processes few and warm.
It is also what "quick" means: calls of a function that typically takes longer never wait like this.
Both grow with the processes that are there already, for each further one helps less and weighs as much:
otherwise a machine that is busy with something else would fill up with processes that only wait for it."""

_MAX_STARTING = max(2, _CORES)
"""More starts at once than cores only slow each other down."""

_WEIGHT = 0.2
"""How much the newest call counts in the typical duration."""


@dataclass(slots=True)
class InFlight:
    """How many calls are at work, over all functions that share it."""

    calls: int = 0


class FunctionPool:
    """Runs one function's calls. Nothing here limits how many: the service does."""

    def __init__(
        self,
        function: Function,
        launch: Launch,
        log: FunctionLog,
        everywhere: InFlight,
    ) -> None:
        self.function = function
        self.log = log
        self.in_flight = 0
        self.kills: deque[float] = deque()
        """Faults on demand: each entry kills one coming call's process so many seconds into the call."""
        self._everywhere = everywhere
        self._launch = launch
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._starting: set[Worker] = set()
        self._waiting: deque[Invocation] = deque()
        self._typical_s = 0.0
        self._hurry: asyncio.TimerHandle | None = None
        self._starts: set[asyncio.Task[None]] = set()
        self._closed = False

    def invoke(
        self, payload: bytes, client_context: str | None = None, request_id: str | None = None
    ) -> Invocation:
        """Begin a call; its `outcome` is set when it ends, in whatever way."""
        request_id = request_id or _new_request_id()
        invocation = Invocation(payload, client_context, request_id, self._on_settled)
        self.in_flight += 1
        self._everywhere.calls += 1
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
        """End the processes that nobody needed for so long, except for the last one."""
        limit = time.monotonic() - idle_s
        spare = max(0, len(self._workers) - 1)
        for worker in [worker for worker in self._idle if worker.idle_since < limit][:spare]:
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
        if self._hurry is not None:
            self._hurry.cancel()
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
        """Give waiting calls to resting processes; those left over hurry after a while."""
        if not self._waiting:
            return
        patience_s = self._patience_s()
        patient = patience_s > 0
        busy = len(self._workers) - len(self._starting) - len(self._idle)
        while self._waiting and self._idle and not (patient and busy >= _CORES):
            busy += self._give_one()
        if not self._waiting or self._closed:
            return
        if len(self._workers) < _CORES and not self._starting:
            self._start_one()  # every core may have one to itself
        if self._hurry is None:
            self._hurry = asyncio.get_running_loop().call_later(
                patience_s if busy else 0.0, self._help_the_waiting
            )

    def _help_the_waiting(self) -> None:
        """Let resting processes, then new ones, take the calls that waited long enough."""
        self._hurry = None
        limit = time.monotonic() - self._patience_s()
        while self._waiting and self._idle and self._waiting[0].queued <= limit:
            self._give_one()
        starts = min(len(self._waiting), _MAX_STARTING) - len(self._starting)
        if not self._idle and self._waiting and (self._waiting[0].queued <= limit or not self._workers):
            for _ in range(starts):
                self._start_one()
        if self._waiting and len(self._starting) < min(len(self._waiting), _MAX_STARTING):
            self._hurry = asyncio.get_running_loop().call_later(_PATIENCE_S, self._help_the_waiting)

    def _patience_s(self) -> float:
        """Give how long a call may wait: 0.0 if the function isn't quick."""
        patience_s = _PATIENCE_S * max(1.0, len(self._workers) / _CORES)
        return patience_s if self._typical_s < patience_s else 0.0

    def _give_one(self) -> bool:
        """Give the oldest waiting call to the process that rested last; False if that process is gone."""
        worker, invocation = self._idle.pop(), self._waiting[0]
        taken = worker.assign(invocation)
        if taken:
            self._waiting.popleft()
            if self.kills:
                asyncio.get_running_loop().call_later(self.kills.popleft(), _kill, worker, invocation)
        return taken

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

    def _on_settled(self, invocation: Invocation) -> None:
        self.in_flight -= 1
        self._everywhere.calls -= 1
        if invocation.began:
            self._typical_s += (invocation.duration_s() - self._typical_s) * _WEIGHT


def _kill(worker: Worker, invocation: Invocation) -> None:
    if worker.invocation is invocation:
        worker.kill()


def _new_request_id() -> str:
    """Make a random UUID, in a fraction of the time that the uuid module takes."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
