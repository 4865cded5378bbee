"""The execution environments of one function: an idle one takes the next invocation, more start on demand."""

import asyncio
import os
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from local_gateway.aws_lambda.execution.child_process import ProcessCommand
from local_gateway.aws_lambda.execution.execution_environment import ExecutionEnvironment
from local_gateway.aws_lambda.function_log import FunctionLog
from local_gateway.aws_lambda.invocation import Invocation, Outcome, failure
from local_gateway.template.functions import Function

__all__ = ["AccountConcurrency", "FunctionPool"]

_CORES = os.cpu_count() or 2

_QUEUE_TIMEOUT_S = 0.025
"""How long an invocation of a fast function waits for a busy environment before it takes an idle or a
new one. More fast invocations than cores only slow each other down, and starting a process takes at
least 30 ms: waiting is faster, and keeps processes few and warm. A function is fast if its typical
duration is shorter than this; invocations of other functions do not wait.
The timeout grows with the number of processes, because each further one gains less and costs the same:
otherwise a machine that is busy with other work would fill up with idle processes."""

_MAX_STARTING = max(2, _CORES)
"""More concurrent starts than cores only slow each other down."""

_NEWEST_WEIGHT = 0.2
"""Weight of the newest invocation in the moving average of the duration."""


@dataclass(slots=True)
class AccountConcurrency:
    """The number of invocations in flight, over all functions of the account."""

    in_flight: int = 0


class FunctionPool:
    """Runs one function's invocations. LambdaService applies the concurrency limits.

    `before_start` waits until a process may be started.
    """

    def __init__(
        self,
        function: Function,
        command: ProcessCommand,
        log: FunctionLog,
        account: AccountConcurrency,
        before_start: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.function = function
        self._before_start = before_start
        self.log = log
        self.in_flight = 0
        self.kills: deque[float] = deque()
        """Injected faults: each entry kills the process of one later invocation, so many seconds into it."""
        self._account = account
        self._command = command
        self._idle: list[ExecutionEnvironment] = []
        self._environments: set[ExecutionEnvironment] = set()
        self._starting: set[ExecutionEnvironment] = set()
        self._waiting: deque[Invocation] = deque()
        self._typical_s = 0.0
        self._queue_timer: asyncio.TimerHandle | None = None
        self._start_tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def invoke(
        self, payload: bytes, client_context: str | None = None, request_id: str | None = None
    ) -> Invocation:
        """Start an invocation; its outcome is set however it ends."""
        request_id = request_id or _new_request_id()
        invocation = Invocation(payload, client_context, request_id, self._on_settled)
        self.in_flight += 1
        self._account.in_flight += 1
        self._waiting.append(invocation)
        self._dispatch()
        return invocation

    @property
    def environments(self) -> list[ExecutionEnvironment]:
        """The environments that have not ended, starting ones included."""
        return list(self._environments)

    @property
    def starting(self) -> int:
        """The number of environments that are starting."""
        return len(self._starting)

    def warm(self) -> None:
        """Start a first environment before any invocation."""
        if not self._environments:
            self._start_environment()

    def retire(self) -> None:
        """Replace every environment: idle ones now, busy ones after their invocation."""
        for environment in self._environments:
            environment.retired = True
        for environment in self._idle:
            environment.kill()
        self._idle.clear()

    def stop_idle(self, idle_s: float) -> None:
        """End the environments that are idle for longer than `idle_s`, except the last one."""
        limit = time.monotonic() - idle_s
        spare = max(0, len(self._environments) - 1)
        for environment in [each for each in self._idle if each.idle_since < limit][:spare]:
            self._idle.remove(environment)
            environment.kill()

    def kill(self) -> None:
        """Kill every environment's process, busy ones included."""
        for environment in self._environments:
            environment.kill()

    async def close(self) -> None:
        """Kill every process and wait for its end, at most 5 s."""
        self._closed = True
        self._waiting.clear()
        if self._queue_timer is not None:
            self._queue_timer.cancel()
        await asyncio.gather(*self._start_tasks, return_exceptions=True)
        environments = self.environments
        for environment in environments:
            environment.kill()
        if environments:
            await asyncio.wait([environment.gone for environment in environments], timeout=5)

    def on_ready(self, environment: ExecutionEnvironment) -> None:
        """Assign the next invocation to an idle environment (called by the environment)."""
        self._starting.discard(environment)
        if environment.retired or self._closed:
            environment.kill()
            return
        self._idle.append(environment)
        self._dispatch()

    def on_exit(self, environment: ExecutionEnvironment, init_failure: Outcome | None) -> None:
        """Remove an environment; a failed start fails the oldest invocation (called by the environment)."""
        self._starting.discard(environment)
        self._environments.discard(environment)
        if environment in self._idle:
            self._idle.remove(environment)
        if init_failure is not None and self._waiting and not environment.retired:
            self._waiting.popleft().finish(init_failure)
        self._dispatch()

    def _dispatch(self) -> None:
        """Assign waiting invocations to idle environments; set a timer for those that remain."""
        if not self._waiting:
            return
        queue_timeout_s = self._queue_timeout_s()
        may_wait = queue_timeout_s > 0
        busy = len(self._environments) - len(self._starting) - len(self._idle)
        while self._waiting and self._idle and not (may_wait and busy >= _CORES):
            busy += self._assign_next()
        if not self._waiting or self._closed:
            return
        if len(self._environments) < _CORES and not self._starting:
            self._start_environment()  # up to one for each core, without a wait
        if self._queue_timer is None:
            self._queue_timer = asyncio.get_running_loop().call_later(
                queue_timeout_s if busy else 0.0, self._scale_out
            )

    def _scale_out(self) -> None:
        """Assign the invocations that waited long enough to idle environments, then to new ones."""
        self._queue_timer = None
        limit = time.monotonic() - self._queue_timeout_s()
        while self._waiting and self._idle and self._waiting[0].queued <= limit:
            self._assign_next()
        starts = min(len(self._waiting), _MAX_STARTING) - len(self._starting)
        if not self._idle and self._waiting and (self._waiting[0].queued <= limit or not self._environments):
            for _ in range(starts):
                self._start_environment()
        if self._waiting and len(self._starting) < min(len(self._waiting), _MAX_STARTING):
            self._queue_timer = asyncio.get_running_loop().call_later(_QUEUE_TIMEOUT_S, self._scale_out)

    def _queue_timeout_s(self) -> float:
        """Return how long an invocation may wait; 0.0 if the function is not fast."""
        timeout_s = _QUEUE_TIMEOUT_S * max(1.0, len(self._environments) / _CORES)
        return timeout_s if self._typical_s < timeout_s else 0.0

    def _assign_next(self) -> bool:
        """Assign the oldest invocation to the most recently idle environment; False if that one has ended."""
        environment, invocation = self._idle.pop(), self._waiting[0]
        assigned = environment.assign(invocation)
        if assigned:
            self._waiting.popleft()
            if self.kills:
                asyncio.get_running_loop().call_later(self.kills.popleft(), _kill, environment, invocation)
        return assigned

    def _start_environment(self) -> None:
        environment = ExecutionEnvironment(self.function, self, self.log)
        self._environments.add(environment)
        self._starting.add(environment)
        task = asyncio.get_running_loop().create_task(self._start(environment))
        self._start_tasks.add(task)
        task.add_done_callback(self._start_tasks.discard)

    async def _start(self, environment: ExecutionEnvironment) -> None:
        if self._before_start is not None:
            await self._before_start()
        try:
            await environment.start(self._command)
        except OSError as problem:  # no file descriptors, processes or memory left
            self.log.add(f"could not be started: {problem}", kind="error")
            self.on_exit(environment, failure("Sandbox.StartError", f"could not be started: {problem}"))
            environment.gone.set_result(None)

    def _on_settled(self, invocation: Invocation) -> None:
        self.in_flight -= 1
        self._account.in_flight -= 1
        if invocation.began:
            self._typical_s += (invocation.duration_s() - self._typical_s) * _NEWEST_WEIGHT


def _kill(environment: ExecutionEnvironment, invocation: Invocation) -> None:
    if environment.invocation is invocation:
        environment.kill()


def _new_request_id() -> str:
    """Return a random UUID (version 4), faster than the uuid module does."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
