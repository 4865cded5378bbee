"""The contract suite of `Directory`."""

from datetime import timedelta

from tests.contracts.stores import ALICE, BOB, NOON, Stores


def test_users_are_found_by_address_in_their_own_organisation_only(stores: Stores) -> None:
    stores.directory.register("acme", "Alice@Example.com", ALICE.id, NOON)
    stores.directory.register("initech", "bob@example.com", BOB.id, NOON)

    found = stores.directory.find("acme", ["alice@example.COM", "bob@example.com", "nobody@example.com"])

    assert found == {"alice@example.COM": ALICE.id}
    assert stores.directory.find("initech", ["bob@example.com"]) == {"bob@example.com": BOB.id}
    assert stores.directory.find("acme", []) == {}


def test_an_address_leads_to_the_user_who_has_had_it_last_for_half_a_year(stores: Stores) -> None:
    stores.directory.register("acme", "sales@acme.com", ALICE.id, NOON)
    stores.directory.register("acme", "sales@acme.com", BOB.id, NOON)

    assert stores.directory.find("acme", ["sales@acme.com"]) == {"sales@acme.com": BOB.id}
    stores.clock.moment = NOON + timedelta(days=184)
    assert stores.directory.find("acme", ["sales@acme.com"]) == {}
