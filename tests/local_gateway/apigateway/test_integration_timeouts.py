"""One limit for many waits, on a clock that stands still until it is moved."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_gateway.apigateway.integration_timeouts import SharedTimeout

LIMIT_S = 29.0


class Clock:
    """An event loop's clock and its timers."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now_s

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> object:
        self.timers.append((self.now_s + delay_s, callback))
        return self.timers[-1]

    def move(self, seconds: float) -> None:
        ends_s = self.now_s + seconds
        while due := [timer for timer in self.timers if timer[0] <= ends_s]:
            at_s, callback = min(due, key=lambda timer: timer[0])
            self.timers.remove((at_s, callback))
            self.now_s = at_s
            callback()
        self.now_s = ends_s


class Wait:
    """A wait that notes when it was told."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.told: list[float] = []

    def on_timeout(self) -> None:
        self.told.append(self.clock.now_s)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: moved)
    return moved


def test_each_listener_expires_once_at_its_own_time(clock: Clock) -> None:
    timeouts, first, second = SharedTimeout(LIMIT_S), Wait(clock), Wait(clock)

    timeouts.start(first)
    clock.move(10)
    timeouts.start(second)
    clock.move(100)

    assert (first.told, second.told) == ([29.0], [39.0])


def test_a_cancelled_listener_does_not_expire_and_does_not_delay_others(clock: Clock) -> None:
    timeouts, over, lasting = SharedTimeout(LIMIT_S), Wait(clock), Wait(clock)

    timeouts.start(over)
    clock.move(1)
    timeouts.start(lasting)
    timeouts.cancel(over)
    clock.move(100)

    assert (over.told, lasting.told) == ([], [30.0])


def test_a_listener_may_cancel_others_when_it_expires(clock: Clock) -> None:
    timeouts, other = SharedTimeout(LIMIT_S), Wait(clock)

    class Ending(Wait):
        def on_timeout(self) -> None:
            super().on_timeout()
            timeouts.cancel(self)
            timeouts.cancel(other)

    ending = Ending(clock)
    timeouts.start(ending)
    timeouts.start(other)
    clock.move(100)

    assert (ending.told, other.told) == ([29.0], [])


def test_thousands_of_listeners_share_one_timer_and_leave_none_behind(clock: Clock) -> None:
    timeouts = SharedTimeout(LIMIT_S)

    for _ in range(5_000):
        wait = Wait(clock)
        timeouts.start(wait)
        clock.move(0.001)
        timeouts.cancel(wait)

    assert len(clock.timers) == 1
    clock.move(100)
    assert clock.timers == []


# Times that add up exactly; what ends at the very stamp of its limit may be told or not.
seconds = st.integers(0, 3_200).map(lambda ticks: ticks / 64)
durations = seconds.filter(lambda lasts_s: lasts_s != LIMIT_S)


@given(st.lists(st.tuples(seconds, st.none() | durations), max_size=20))
def test_exactly_the_listeners_that_reach_the_timeout_expire(waits: list[tuple[float, float | None]]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "get_running_loop", lambda: clock)
        timeouts = SharedTimeout(LIMIT_S)
    expected, seen = [], []
    for pause_s, lasts_s in waits:
        clock.move(pause_s)
        wait = Wait(clock)
        timeouts.start(wait)
        if lasts_s is not None:
            clock.call_later(lasts_s, lambda wait=wait: timeouts.cancel(wait))
        began_s = clock.now_s
        expected.append([began_s + LIMIT_S] if lasts_s is None or lasts_s > LIMIT_S else [])
        seen.append(wait)

    clock.move(1_000)

    assert [wait.told for wait in seen] == expected
