"""The contract suite of `MetricQuotaStore`."""

from datetime import timedelta

from tests.contracts.stores import ALICE, BOB, NOON, Stores
from threadcast.ports import MadeMetric

FIRST, SECOND, THIRD = (
    MadeMetric(f"a-{number}", NOON.replace(microsecond=0) + timedelta(days=number)) for number in range(3)
)


def test_places_are_taken_up_to_the_limit_and_then_their_metrics_are_returned(stores: Stores) -> None:
    quotas = stores.metric_quotas

    assert quotas.take(ALICE.id, FIRST, 2) is None
    assert quotas.take(ALICE.id, SECOND, 2) is None
    assert quotas.take(ALICE.id, THIRD, 2) == {FIRST, SECOND}
    assert quotas.take(ALICE.id, THIRD, 1) == {FIRST, SECOND}
    assert quotas.take(BOB.id, THIRD, 1) is None


def test_a_repeated_call_takes_no_second_place(stores: Stores) -> None:
    for _ in range(3):
        assert stores.metric_quotas.take(ALICE.id, FIRST, 1) is None

    assert stores.metric_quotas.take(ALICE.id, SECOND, 2) is None


def test_a_freed_place_can_be_taken_again(stores: Stores) -> None:
    quotas = stores.metric_quotas
    quotas.take(ALICE.id, FIRST, 2)
    quotas.take(ALICE.id, SECOND, 2)

    quotas.free(ALICE.id, [FIRST])
    quotas.free(ALICE.id, [FIRST, THIRD])
    quotas.free(ALICE.id, [])
    quotas.free(BOB.id, [SECOND])

    assert quotas.take(ALICE.id, THIRD, 2) is None
    assert quotas.take(ALICE.id, FIRST, 2) == {SECOND, THIRD}


def test_the_last_place_can_be_freed(stores: Stores) -> None:
    stores.metric_quotas.take(ALICE.id, FIRST, 1)

    stores.metric_quotas.free(ALICE.id, [FIRST])

    assert stores.metric_quotas.take(ALICE.id, SECOND, 1) is None


def test_places_are_no_part_of_what_each_message_reads(stores: Stores) -> None:
    stores.metric_quotas.take(ALICE.id, FIRST, 1)

    presence = stores.connections.presence(ALICE.id)

    assert (presence.connections, presence.quota, presence.paid_until) == ((), None, None)
