"""Invariants of the token bucket and of the limit on concurrent turns."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadcast.errors import TooManyRequests
from threadcast.ports import Quota
from threadcast.turns.opening.quota import QuotaLimits, admit

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMITS = QuotaLimits(turns_per_minute=20, burst=5, concurrent=3)


@given(st.lists(st.floats(0, 30), max_size=80))
def test_no_user_is_admitted_beyond_the_burst_and_the_refill(pauses_s: list[float]) -> None:
    quota: Quota | None = None
    now, admitted = NOON, 0
    for pause_s in pauses_s:
        now += timedelta(seconds=pause_s)
        try:
            quota = admit(quota, LIMITS, now)
        except TooManyRequests:
            continue
        admitted += 1

    elapsed_s = (now - NOON).total_seconds()
    assert admitted <= LIMITS.burst + elapsed_s * LIMITS.turns_per_minute / 60 + 1e-6


@given(st.lists(st.floats(0, 5), min_size=1, max_size=40))
def test_a_request_after_the_stated_wait_is_admitted(pauses_s: list[float]) -> None:
    quota: Quota | None = None
    now = NOON
    for pause_s in pauses_s:
        now += timedelta(seconds=pause_s)
        try:
            quota = admit(quota, LIMITS, now)
        except TooManyRequests as refusal:
            now += timedelta(seconds=refusal.retry_after_s or 0)
            quota = admit(quota, LIMITS, now)


def test_a_turn_that_ends_before_the_next_opens_does_not_count() -> None:
    until = NOON + timedelta(minutes=1)
    full = Quota(5, NOON, {"m-1": until, "m-2": until, "m-3": until}, 1)

    with pytest.raises(TooManyRequests):
        admit(full, LIMITS, NOON, {"m-4": until})
    admit(full, LIMITS, NOON, {"m-4": until}, leaving="m-2")


def test_a_turn_whose_lease_has_expired_does_not_count() -> None:
    running = {f"m-{number}": NOON + timedelta(seconds=20) for number in range(3)}
    quota = Quota(5, NOON, running, version=7)

    with pytest.raises(TooManyRequests) as refusal:
        admit(quota, LIMITS, NOON, {"m-4": NOON})
    later = admit(quota, LIMITS, NOON + timedelta(seconds=20), {"m-4": NOON + timedelta(seconds=60)})

    assert refusal.value.retry_after_s == 20
    assert (later.running, later.version) == (running | {"m-4": NOON + timedelta(seconds=60)}, 8)


def test_a_prompt_less_turn_takes_a_token_but_does_not_count_as_running() -> None:
    running = {f"m-{number}": NOON + timedelta(seconds=20) for number in range(3)}

    quota = admit(Quota(2, NOON, running, version=1), LIMITS, NOON)

    assert (quota.tokens, quota.running) == (1, running)
