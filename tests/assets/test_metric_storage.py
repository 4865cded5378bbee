"""The storage of metrics that agents make: how many each user keeps, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.stores import ALICE, AS_ALICE, BOB, NOON, SettableClock, an_asset
from threadcast.adapters.memory import (
    MemoryAssetLibrary,
    MemoryAssetStore,
    MemoryMetricQuotaStore,
    MemoryTable,
)
from threadcast.assets.making.metric_storage import MetricLimits, MetricStorage, kept_until
from threadcast.domain.asset import Asset, Table
from threadcast.errors import MetricLimitReached, StoreError, StoreUnavailable

ROWS = Table(("x",), ((1,),))
SECOND = NOON.replace(microsecond=0)


class FailingLibrary(MemoryAssetLibrary):
    """Fails before or after it has stored an asset, as long as `error` is set."""

    error: StoreError | None = None
    stores_all_the_same = False

    def save(self, asset: Asset, table: Table | None) -> None:
        if self.error is None or self.stores_all_the_same:
            super().save(asset, table)
        if self.error is not None:
            raise self.error


class MadeMetrics:
    """The storage over stores in memory, and a clock that a test sets."""

    def __init__(self, limit: int = 2, kept_days: int = 30) -> None:
        self.clock, self.table, self.numbers = SettableClock(), MemoryTable(), 0
        self.library = FailingLibrary(self.table, self.clock.now)
        self.assets = MemoryAssetStore(self.table, self.clock.now)
        self.limit_to(limit, kept_days)

    def limit_to(self, limit: int, kept_days: int = 30) -> None:
        limits = MetricLimits(limit, kept_days)
        self.storage = MetricStorage(self.library, self.assets, MemoryMetricQuotaStore(self.table), limits)

    def make(self, owner_id: str = ALICE.id) -> Asset:
        self.numbers += 1
        metric = an_asset(f"a-{self.numbers}", owner_id=owner_id, created_at=self.clock.now())
        return self.storage.save(metric, ROWS)

    def is_refused(self) -> bool:
        with pytest.raises(MetricLimitReached):
            self.make()
        return f"a-{self.numbers}" not in self.table.assets


def test_a_metric_is_stored_with_its_expiry_in_whole_seconds() -> None:
    made = MadeMetrics(kept_days=30)

    stored = made.make()

    assert stored == an_asset(expires_at=SECOND + timedelta(days=30))
    assert made.assets.find(["a-1"], AS_ALICE)["a-1"][0] == stored
    assert kept_until(stored) == ", until 31 March 2026"


def test_without_a_lifetime_a_metric_is_kept_for_ever() -> None:
    stored = MadeMetrics(kept_days=0).make()

    assert (stored.expires_at, kept_until(stored)) == (None, "")


def test_no_metric_is_stored_beyond_the_limit_and_each_user_has_their_own() -> None:
    made = MadeMetrics(limit=2)
    made.make()
    made.make()

    assert made.is_refused()
    made.make(BOB.id)


def test_with_a_limit_of_zero_none_is_stored_and_nothing_is_asked_of_the_store() -> None:
    made = MadeMetrics(limit=0)

    assert made.is_refused()
    assert made.table == MemoryTable(made.table.lock)


@pytest.mark.parametrize("end", ["expired", "deleted", "given away"])
def test_a_metric_that_the_user_does_not_have_any_more_makes_room(end: str) -> None:
    made = MadeMetrics(limit=1, kept_days=1)
    stored = made.make()
    made.clock.advance(hours=1)
    assert made.is_refused()

    match end:
        case "expired":
            made.clock.advance(days=1)
        case "deleted":
            made.library.delete(stored.id)
        case _:
            made.library.save(replace(stored, owner_id=BOB.id), ROWS)

    made.make()
    assert made.is_refused()


def test_after_the_limit_was_lowered_all_of_the_further_metrics_must_be_gone_first() -> None:
    made = MadeMetrics(limit=3)
    for _ in range(3):
        made.make()
    made.clock.advance(hours=1)
    made.limit_to(1)

    for asset_id in ("a-1", "a-2"):
        made.library.delete(asset_id)
        assert made.is_refused()
    made.library.delete("a-3")

    made.make()


@pytest.mark.parametrize("error", [StoreError("too large"), StoreUnavailable("no answer")])
def test_a_failed_save_gives_the_place_back_at_once(error: StoreError) -> None:
    made = MadeMetrics(limit=1)
    made.library.error = error
    with pytest.raises(type(error)):
        made.make()
    made.library.error = None

    made.make()


def test_a_save_whose_answer_was_lost_keeps_its_place() -> None:
    made = MadeMetrics(limit=1)
    made.library.error, made.library.stores_all_the_same = StoreUnavailable("no answer"), True
    with pytest.raises(StoreUnavailable):
        made.make()
    made.library.error = None

    assert made.is_refused()


def test_a_metric_that_another_process_is_making_keeps_its_place() -> None:
    made = MadeMetrics(limit=1)
    stored = made.make()
    made.library.delete(stored.id)  # as if it were not stored yet

    made.clock.advance(minutes=15)
    assert made.is_refused()
    made.clock.advance(seconds=1)
    made.make()


@given(
    st.integers(1, 3),
    st.lists(st.sampled_from(["make", "make", "delete the oldest", "an hour", "a month"]), max_size=25),
)
def test_a_user_never_has_more_than_allowed_and_is_refused_only_then(limit: int, steps: list[str]) -> None:
    made = MadeMetrics(limit, kept_days=30)

    for step in steps:
        made.clock.advance(minutes=16)
        kept = made.library.all()
        match step:
            case "make" if len(kept) == limit:
                assert made.is_refused()
            case "make":
                made.make()
            case "delete the oldest":
                for asset in kept[:1]:
                    made.library.delete(asset.id)
            case _:
                made.clock.advance(hours=1 if step == "an hour" else 30 * 24)
        assert len(made.library.all()) <= limit
