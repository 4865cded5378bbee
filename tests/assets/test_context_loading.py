from collections.abc import Mapping, Sequence
from threading import Barrier, Lock

import pytest

from tests.samples.loaded import OWNER_ID, context_of, reading
from threadcast.adapters.memory import MemoryAssetLibrary, MemoryAssetStore, MemoryTable
from threadcast.assets.kinds import load_context
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset, Table
from threadcast.errors import StoreUnavailable

OWNER = (Principal("user", OWNER_ID),)
BOB = (Principal("user", "b0b00000-0000-4000-8000-000000000002"), Principal("org", "acme"))


@pytest.fixture
def table() -> MemoryTable:
    table = MemoryTable()
    for file in reading().files:
        MemoryAssetLibrary(table).save(file.asset, file.table)
    return table


class CountingStore(MemoryAssetStore):
    """Counts its reads; with a barrier, `rows` waits until so many threads read."""

    def __init__(self, table: MemoryTable, barrier: Barrier | None = None) -> None:
        super().__init__(table)
        self.reads: list[str] = []
        self._barrier = barrier
        self._counting = Lock()

    def find(
        self, asset_ids: Sequence[str], principals: Sequence[Principal]
    ) -> Mapping[str, tuple[Asset, Role]]:
        self.reads.append("find")
        return super().find(asset_ids, principals)

    def rows(self, asset_id: str) -> Table | None:
        with self._counting:
            self.reads.append("rows")
        if self._barrier is not None:
            self._barrier.wait(timeout=60)
        return super().rows(asset_id)


def test_a_metrics_context_is_its_rows(table: MemoryTable) -> None:
    expected = context_of("iowa_electricity")
    store = CountingStore(table)

    assert load_context(expected.asset, store, OWNER) == expected
    assert store.reads == ["rows"]


def test_a_dashboards_context_is_its_metrics_with_their_rows(table: MemoryTable) -> None:
    expected = context_of("work_and_power")
    store = CountingStore(table)

    assert load_context(expected.asset, store, OWNER) == expected
    assert store.reads == ["find", "rows", "rows", "rows"]


def test_the_rows_of_all_metrics_are_read_in_parallel(table: MemoryTable) -> None:
    expected = context_of("work_and_power")

    found = load_context(expected.asset, CountingStore(table, Barrier(3)), OWNER)

    assert found == expected


def test_a_reports_context_is_what_it_refers_to(table: MemoryTable) -> None:
    expected = context_of("iowa_turns_to_renewables")

    assert load_context(expected.asset, MemoryAssetStore(table), OWNER) == expected


def test_metrics_that_are_not_shared_are_only_counted(table: MemoryTable) -> None:
    dashboard = context_of("work_and_power")
    shared = dashboard.parts[1]
    MemoryAssetLibrary(table).grant(shared.asset.id, Grant(Principal("org", "acme"), Role.CAN_VIEW))

    found = load_context(dashboard.asset, MemoryAssetStore(table), BOB)

    assert (found.parts, found.withheld) == ((shared,), 2)


def test_a_metric_that_does_not_exist_looks_like_one_that_is_not_shared(table: MemoryTable) -> None:
    dashboard = context_of("work_and_power")
    del table.assets[dashboard.parts[2].asset.id]

    found = load_context(dashboard.asset, MemoryAssetStore(table), OWNER)

    assert (found.parts, found.withheld) == (dashboard.parts[:2], 1)


def test_errors_of_the_store_are_raised(table: MemoryTable) -> None:
    class BrokenStore(MemoryAssetStore):
        def rows(self, asset_id: str) -> Table | None:
            raise StoreUnavailable(asset_id)

    with pytest.raises(StoreUnavailable):
        load_context(context_of("work_and_power").asset, BrokenStore(table), OWNER)
