"""The contract suite of `ConnectionStore`."""

from dataclasses import replace
from datetime import timedelta

from tests.contracts.stores import ALICE, BOB, LEASE_END, NOON, Stores, first_opening
from threadcast.ports import Connection, Presence, Quota


def a_connection(connection_id: str, user_id: str = ALICE.id, *, minute: int = 0) -> Connection:
    return Connection(
        connection_id,
        user_id,
        "https://api.test/live",
        NOON.replace(microsecond=7) + timedelta(minutes=minute),
    )


def test_an_unknown_user_has_neither_connections_nor_quota(stores: Stores) -> None:
    assert stores.connections.presence(ALICE.id) == Presence((), None)


def test_open_connections_are_ordered_oldest_first(stores: Stores) -> None:
    late, early = a_connection("aaa=", minute=2), a_connection("zzz=", minute=1)
    stores.connections.add(late)
    stores.connections.add(early)

    presence = stores.connections.presence(ALICE.id)

    assert presence == Presence((early, late), None)


def test_a_connection_added_again_replaces_the_former(stores: Stores) -> None:
    stores.connections.add(a_connection("one="))
    wishing = replace(a_connection("one="), catch_up_at=NOON)

    stores.connections.add(wishing)

    assert stores.connections.presence(ALICE.id).connections == (wishing,)


def test_connections_of_others_do_not_show(stores: Stores) -> None:
    stores.connections.add(a_connection("one=", BOB.id))

    assert stores.connections.presence(ALICE.id).connections == ()


def test_a_forgotten_connection_no_longer_shows(stores: Stores) -> None:
    stores.connections.add(a_connection("one="))

    stores.connections.forget(ALICE.id, "one=")

    assert stores.connections.presence(ALICE.id).connections == ()


def test_forgetting_an_unknown_connection_does_nothing(stores: Stores) -> None:
    stores.connections.forget(ALICE.id, "never-seen=")


def test_a_connection_is_forgotten_only_for_its_own_user(stores: Stores) -> None:
    connection = a_connection("one=")
    stores.connections.add(connection)

    stores.connections.forget(BOB.id, "one=")

    assert stores.connections.presence(ALICE.id).connections == (connection,)


def test_a_connection_shows_for_all_of_its_two_hours(stores: Stores) -> None:
    stores.connections.add(a_connection("one="))

    stores.clock.advance(hours=2)

    assert len(stores.connections.presence(ALICE.id).connections) == 1


def test_an_expired_connection_is_invisible_though_still_stored(stores: Stores) -> None:
    stores.connections.add(a_connection("one="))

    stores.clock.advance(hours=2, minutes=10)

    assert stores.connections.presence(ALICE.id).connections == ()


def test_the_quota_comes_with_the_connections(stores: Stores) -> None:
    connection = a_connection("one=")
    stores.connections.add(connection)
    stores.turns.open(first_opening())

    presence = stores.connections.presence(ALICE.id)

    assert presence == Presence((connection,), Quota(9.5, NOON, {"m-1": LEASE_END}, version=1))


def test_the_first_message_is_charged_from_now_and_further_ones_are_added(stores: Stores) -> None:
    nothing = stores.connections.presence(ALICE.id)
    stores.connections.charge_message(ALICE.id, nothing, NOON, 0.5)
    stores.connections.charge_message(ALICE.id, stores.connections.presence(ALICE.id), NOON, 0.5)

    assert nothing.paid_until is None
    assert stores.connections.presence(ALICE.id).paid_until == NOON + timedelta(seconds=1)


def test_messages_that_were_read_at_the_same_moment_are_all_charged(stores: Stores) -> None:
    read = stores.connections.presence(ALICE.id)
    for _ in range(3):
        stores.connections.charge_message(ALICE.id, read, NOON, 2)

    assert stores.connections.presence(ALICE.id).paid_until == NOON + timedelta(seconds=6)


def test_a_bucket_that_is_full_again_starts_from_now(stores: Stores) -> None:
    stores.connections.charge_message(ALICE.id, stores.connections.presence(ALICE.id), NOON, 2)
    later = NOON + timedelta(minutes=1)
    stores.connections.charge_message(ALICE.id, stores.connections.presence(ALICE.id), later, 2)

    assert stores.connections.presence(ALICE.id).paid_until == later + timedelta(seconds=2)


def test_a_charge_leaves_the_quota_of_turns_and_an_opening_leaves_the_charge(stores: Stores) -> None:
    stores.connections.charge_message(ALICE.id, stores.connections.presence(ALICE.id), NOON, 2)
    charged = stores.connections.presence(ALICE.id)
    stores.turns.open(first_opening())

    assert charged.quota is None
    assert stores.connections.presence(ALICE.id).paid_until == charged.paid_until
    assert stores.connections.presence(ALICE.id).quota is not None
