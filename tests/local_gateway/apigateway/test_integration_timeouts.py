"""One timeout of many listeners, on a clock that the test advances."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_gateway.apigateway.integration_timeouts import SharedTimeout

TIMEOUT_S = 29.0


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

    def advance(self, seconds: float) -> None:
        ends_s = self.now_s + seconds
        while due := [timer for timer in self.timers if timer[0] <= ends_s]:
            at_s, callback = min(due, key=lambda timer: timer[0])
            self.timers.remove((at_s, callback))
            self.now_s = at_s
            callback()
        self.now_s = ends_s


class Listener:
    """Records the times of its timeouts."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.expired_at: list[float] = []

    def on_timeout(self) -> None:
        self.expired_at.append(self.clock.now_s)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    controlled = Clock()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: controlled)
    return controlled


def test_each_listener_expires_once_at_its_own_time(clock: Clock) -> None:
    timeouts, first, second = SharedTimeout(TIMEOUT_S), Listener(clock), Listener(clock)

    timeouts.start(first)
    clock.advance(10)
    timeouts.start(second)
    clock.advance(100)

    assert (first.expired_at, second.expired_at) == ([29.0], [39.0])


def test_a_cancelled_listener_does_not_expire_and_does_not_delay_others(clock: Clock) -> None:
    timeouts, over, lasting = SharedTimeout(TIMEOUT_S), Listener(clock), Listener(clock)

    timeouts.start(over)
    clock.advance(1)
    timeouts.start(lasting)
    timeouts.cancel(over)
    clock.advance(100)

    assert (over.expired_at, lasting.expired_at) == ([], [30.0])


def test_a_listener_may_cancel_others_when_it_expires(clock: Clock) -> None:
    timeouts, other = SharedTimeout(TIMEOUT_S), Listener(clock)

    class Ending(Listener):
        def on_timeout(self) -> None:
            super().on_timeout()
            timeouts.cancel(self)
            timeouts.cancel(other)

    ending = Ending(clock)
    timeouts.start(ending)
    timeouts.start(other)
    clock.advance(100)

    assert (ending.expired_at, other.expired_at) == ([29.0], [])


def test_thousands_of_listeners_share_one_timer_and_leave_none_behind(clock: Clock) -> None:
    timeouts = SharedTimeout(TIMEOUT_S)

    for _ in range(5_000):
        listener = Listener(clock)
        timeouts.start(listener)
        clock.advance(0.001)
        timeouts.cancel(listener)

    assert len(clock.timers) == 1
    clock.advance(100)
    assert clock.timers == []


# Times that add up exactly. A listener cancelled at its exact timeout may expire or not.
seconds = st.integers(0, 3_200).map(lambda ticks: ticks / 64)
durations = seconds.filter(lambda duration_s: duration_s != TIMEOUT_S)


@given(st.lists(st.tuples(seconds, st.none() | durations), max_size=20))
def test_exactly_the_listeners_that_reach_the_timeout_expire(calls: list[tuple[float, float | None]]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "get_running_loop", lambda: clock)
        timeouts = SharedTimeout(TIMEOUT_S)
    expected, seen = [], []
    for pause_s, duration_s in calls:
        clock.advance(pause_s)
        listener = Listener(clock)
        timeouts.start(listener)
        if duration_s is not None:
            clock.call_later(duration_s, lambda listener=listener: timeouts.cancel(listener))
        began_s = clock.now_s
        expected.append([began_s + TIMEOUT_S] if duration_s is None or duration_s > TIMEOUT_S else [])
        seen.append(listener)

    clock.advance(1_000)

    assert [each.expired_at for each in seen] == expected
