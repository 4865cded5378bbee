"""Simulated time: every thread is a greenlet, and time passes only while all of them wait."""

import heapq
import itertools
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from greenlet import GreenletExit, greenlet

__all__ = ["EPOCH", "Process", "Scheduler"]

EPOCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(eq=False)
class Process:
    """A process: while it is frozen none of its threads continues, and once it is dead none ever does."""

    frozen_until_s: float = 0.0
    is_dead: bool = False

    def freeze(self, until_s: float) -> None:
        """Let none of its threads continue before a time."""
        self.frozen_until_s = max(self.frozen_until_s, until_s)


@dataclass(eq=False)
class _Task:
    process: Process
    run: Callable[[], None]
    wait: int = 0
    is_notified: bool = False
    is_over: bool = False
    joiners: list["_Task"] = field(default_factory=list)
    greenlet: Any = None


class Scheduler:
    """Runs tasks in the order of their times; a `Clock`.

    `threading` returns a replacement of the module, for the names that the use cases use of it. A lock does
    nothing: no task waits while it holds one, other than for its condition.
    """

    def __init__(self) -> None:
        self.time_s = 0.0
        self._hub = greenlet.getcurrent()
        self._due: list[tuple[float, int, _Task, int]] = []
        self._order = itertools.count()
        self._current: _Task | None = None
        self._tasks: list[_Task] = []
        self._closed = False

    @property
    def process(self) -> Process:
        """The process of the running task."""
        assert self._current is not None
        return self._current.process

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.time_s)

    def monotonic_s(self) -> float:
        return self.time_s

    def sleep(self, duration_s: float) -> None:
        self.wait(max(duration_s, 0.0))

    def spawn(self, process: Process, run: Callable[[], None], delay_s: float = 0.0) -> _Task:
        """Start a task after a delay."""
        task = _Task(process, run)
        task.greenlet = greenlet(lambda: self._run(task), parent=self._hub)
        self._tasks.append(task)
        self._plan(task, self.time_s + delay_s)
        return task

    def run_until(self, end_s: float) -> None:
        """Run every task that is due before a time."""
        while self._due and self._due[0][0] <= end_s:
            at_s, _, task, wait = heapq.heappop(self._due)
            self.time_s = max(self.time_s, at_s)
            if wait != task.wait or task.process.is_dead or task.is_over:
                continue
            if task.process.frozen_until_s > self.time_s:
                self._plan(task, task.process.frozen_until_s)
                continue
            self._current = task
            task.greenlet.switch()
            self._current = None
        self.time_s = max(self.time_s, end_s)

    def wait(self, timeout_s: float | None, waiters: list[_Task] | None = None) -> bool:
        """Suspend the running task; return whether it was notified before the time-out."""
        task = self._current
        if self._closed or task is None:
            raise GreenletExit
        task.wait += 1
        task.is_notified = False
        if waiters is not None:
            waiters.append(task)
        if timeout_s is not None:
            self._plan(task, self.time_s + timeout_s)
        self._hub.switch()
        task.wait += 1
        if waiters is not None and task in waiters:
            waiters.remove(task)
        return task.is_notified

    def notify(self, waiters: list[_Task]) -> None:
        """Continue these tasks."""
        for task in waiters:
            if not task.is_notified:
                task.is_notified = True
                self._plan(task, self.time_s)
        waiters.clear()

    def close(self) -> None:
        """End every task that has not ended; nothing that it does meanwhile has an effect."""
        self._closed = True
        for task in self._tasks:
            if not task.is_over and not task.greenlet.dead:
                task.greenlet.throw(GreenletExit)

    def _plan(self, task: _Task, at_s: float) -> None:
        heapq.heappush(self._due, (at_s, next(self._order), task, task.wait))

    def _run(self, task: _Task) -> None:
        task.run()
        task.is_over = True
        self.notify(task.joiners)

    def threading(self) -> types.SimpleNamespace:
        """Return a replacement of the module `threading`."""
        return types.SimpleNamespace(
            Condition=partial(_Condition, self),
            Event=partial(_Event, self),
            RLock=_Lock,
            Thread=partial(_Thread, self),
        )


class _Lock:
    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


class _Condition(_Lock):
    def __init__(self, scheduler: Scheduler, _lock: object = None) -> None:
        self._scheduler = scheduler
        self._waiters: list[_Task] = []

    def wait(self, timeout: float | None = None) -> bool:
        return self._scheduler.wait(timeout, self._waiters)

    def wait_for(self, is_met: Callable[[], bool], timeout: float | None = None) -> bool:
        end_s = None if timeout is None else self._scheduler.time_s + timeout
        while not is_met():
            left_s = None if end_s is None else end_s - self._scheduler.time_s
            if left_s is not None and left_s <= 0:
                return is_met()
            self.wait(left_s)
        return True

    def notify_all(self) -> None:
        self._scheduler.notify(self._waiters)


class _Event:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._waiters: list[_Task] = []
        self._set = False

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True
        self._scheduler.notify(self._waiters)

    def clear(self) -> None:
        self._set = False

    def wait(self, timeout: float | None = None) -> bool:
        if not self._set:
            self._scheduler.wait(timeout, self._waiters)
        return self._set


class _Thread:
    def __init__(
        self,
        scheduler: Scheduler,
        target: Callable[..., object],
        args: tuple[Any, ...] = (),
        **_options: object,
    ) -> None:
        self._scheduler = scheduler
        self._target = target
        self._args = args
        self._task: _Task | None = None

    def start(self) -> None:
        self._task = self._scheduler.spawn(self._scheduler.process, lambda: self._target(*self._args))

    def join(self, timeout: float | None = None) -> None:
        if self._task is not None and not self._task.is_over:
            self._scheduler.wait(timeout, self._task.joiners)

    def is_alive(self) -> bool:
        return self._task is not None and not self._task.is_over
