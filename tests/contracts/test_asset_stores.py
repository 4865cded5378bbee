"""The contract suite of `AssetStore` and `AssetLibrary`."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contracts.stores import ALICE, AS_ALICE, AS_BOB, BOB, NOON, Stores, an_asset
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import AssetType, Table
from threadcast.errors import StoreError

MONTHS = Table(("month", "revenue"), (("2025-01", 1.5), ("2025-02", None), ("2025-03", 7)))
OWNED_BY_ALICE = Grant(Principal("user", ALICE.id), Role.OWNER)


def a_large_table(rows: int) -> Table:
    chance = random.Random(7)  # noqa: S311  # the same noise each time, which does not compress
    return Table(("key", "value"), tuple((chance.randbytes(24).hex(), chance.random()) for _ in range(rows)))


def test_an_asset_comes_back_as_it_was_saved(stores: Stores) -> None:
    asset = an_asset(version_number=3, type=AssetType.DASHBOARD_FILE)

    stores.library.save(asset, MONTHS)

    assert stores.assets.find(["a-1"], AS_ALICE) == {"a-1": (asset, Role.OWNER)}
    assert stores.assets.rows("a-1") == MONTHS


def test_an_asset_without_rows_has_none(stores: Stores) -> None:
    stores.library.save(an_asset(), None)

    assert stores.assets.rows("a-1") is None
    assert stores.assets.rows("a-9") is None


def test_a_table_without_rows_keeps_its_columns(stores: Stores) -> None:
    stores.library.save(an_asset(), Table(("month",)))

    assert stores.assets.rows("a-1") == Table(("month",))


def test_rows_of_many_chunks_are_returned_complete(stores: Stores) -> None:
    table = a_large_table(25_000)

    stores.library.save(an_asset(), table)

    assert stores.assets.rows("a-1") == table


def test_saving_again_replaces_asset_and_rows(stores: Stores) -> None:
    stores.library.save(an_asset(), a_large_table(15_000))

    stores.library.save(an_asset(name="Sales"), MONTHS)

    assert stores.assets.find(["a-1"], AS_ALICE) == {"a-1": (an_asset(name="Sales"), Role.OWNER)}
    assert stores.assets.rows("a-1") == MONTHS


def test_saving_again_without_rows_deletes_them(stores: Stores) -> None:
    stores.library.save(an_asset(), MONTHS)

    stores.library.save(an_asset(), None)

    assert stores.assets.rows("a-1") is None


def test_assets_that_do_not_exist_are_left_out(stores: Stores) -> None:
    stores.library.save(an_asset(), None)

    assert stores.assets.find(["a-9", "a-1", "a-1"], AS_ALICE) == {"a-1": (an_asset(), Role.OWNER)}
    assert stores.assets.find([], AS_ALICE) == {}


def test_assets_without_a_role_are_left_out(stores: Stores) -> None:
    for asset_id in ("a-1", "a-2"):
        stores.library.save(an_asset(asset_id), None)
    stores.library.grant("a-2", Grant(AS_BOB[0], Role.CAN_VIEW))

    assert stores.assets.find(["a-1", "a-2"], AS_BOB) == {"a-2": (an_asset("a-2"), Role.CAN_VIEW)}
    assert stores.assets.find(["a-1", "a-2"], ()) == {}


def test_more_assets_than_one_read_takes_are_all_found(stores: Stores) -> None:
    ids = [f"a-{number}" for number in range(45)]  # with two principals 135 keys: DynamoDB takes 100
    for asset_id in ids:
        stores.library.save(an_asset(asset_id), None)

    found = stores.assets.find(ids, AS_ALICE)

    assert found == {asset_id: (an_asset(asset_id), Role.OWNER) for asset_id in ids}


def test_the_strongest_role_of_all_principals_counts(stores: Stores) -> None:
    stores.library.save(an_asset(), None)
    stores.library.grant("a-1", Grant(AS_BOB[0], Role.CAN_VIEW))
    stores.library.grant("a-1", Grant(AS_BOB[1], Role.CAN_FILTER))

    assert stores.assets.find(["a-1"], AS_BOB)["a-1"][1] is Role.CAN_FILTER


def test_grants_are_listed_by_principal(stores: Stores) -> None:
    stores.library.save(an_asset(), None)
    grant = Grant(Principal("org", "acme"), Role.CAN_VIEW)

    stores.library.grant("a-1", grant)

    assert stores.library.grants("a-1") == (grant, OWNED_BY_ALICE)
    assert stores.library.grants("a-9") == ()


def test_a_grant_replaces_the_one_that_the_principal_held(stores: Stores) -> None:
    stores.library.save(an_asset(), None)
    stores.library.grant("a-1", Grant(AS_BOB[0], Role.FULL_ACCESS))

    stores.library.grant("a-1", Grant(AS_BOB[0], Role.CAN_VIEW))

    assert stores.library.grants("a-1") == (OWNED_BY_ALICE, Grant(AS_BOB[0], Role.CAN_VIEW))


def test_a_revoked_role_no_longer_counts(stores: Stores) -> None:
    stores.library.save(an_asset(), None)

    stores.library.revoke("a-1", OWNED_BY_ALICE.principal)
    stores.library.revoke("a-1", AS_BOB[0])

    assert stores.assets.find(["a-1"], AS_ALICE) == {}


def test_a_save_keeps_roles_and_restores_the_owners(stores: Stores) -> None:
    stores.library.save(an_asset(), None)
    stores.library.grant("a-1", Grant(AS_BOB[0], Role.CAN_VIEW))
    stores.library.revoke("a-1", OWNED_BY_ALICE.principal)

    stores.library.save(an_asset(), MONTHS)

    assert stores.library.grants("a-1") == (OWNED_BY_ALICE, Grant(AS_BOB[0], Role.CAN_VIEW))


def test_a_new_owner_replaces_the_former(stores: Stores) -> None:
    stores.library.save(an_asset(), None)

    stores.library.save(an_asset(owner_id=BOB.id), None)

    assert stores.library.grants("a-1") == (Grant(Principal("user", BOB.id), Role.OWNER),)


def test_a_former_owner_keeps_a_lesser_role_given_since(stores: Stores) -> None:
    stores.library.save(an_asset(), None)
    lesser = replace(OWNED_BY_ALICE, role=Role.CAN_VIEW)
    stores.library.grant("a-1", lesser)

    stores.library.save(an_asset(owner_id=BOB.id), None)

    assert stores.library.grants("a-1") == (lesser, Grant(Principal("user", BOB.id), Role.OWNER))


def test_a_deleted_asset_is_gone_with_its_rows(stores: Stores) -> None:
    stores.library.save(an_asset(), a_large_table(15_000))
    stores.library.save(an_asset("a-2"), MONTHS)

    stores.library.delete("a-1")

    assert stores.assets.find(["a-1"], AS_ALICE) == {}
    assert stores.assets.rows("a-1") is None
    assert stores.library.all() == (an_asset("a-2"),)
    assert stores.assets.rows("a-2") == MONTHS


def test_a_deletion_removes_all_roles(stores: Stores) -> None:
    stores.library.save(an_asset(), None)
    stores.library.grant("a-1", Grant(AS_BOB[1], Role.CAN_EDIT))

    stores.library.delete("a-1")
    stores.library.save(an_asset(), MONTHS)

    assert stores.library.grants("a-1") == (OWNED_BY_ALICE,)
    assert stores.assets.rows("a-1") == MONTHS


def test_deleting_what_is_not_there_changes_nothing(stores: Stores) -> None:
    stores.library.save(an_asset(), MONTHS)

    stores.library.delete("a-9")

    assert stores.library.all() == (an_asset(),)
    assert stores.library.grants("a-1") == (OWNED_BY_ALICE,)


def test_all_assets_are_listed_by_name(stores: Stores) -> None:
    assets = [an_asset("a-1", name="Zebra"), an_asset("a-2", name="Ant"), an_asset("a-3", name="Mole")]
    for asset in assets:
        stores.library.save(asset, MONTHS)

    assert stores.library.all() == (assets[1], assets[2], assets[0])


def test_a_definition_too_large_to_store_is_refused(stores: Stores) -> None:
    noise = random.Random(7).randbytes(400_000).hex()  # noqa: S311  # as above

    with pytest.raises(StoreError, match="at most 360000"):
        stores.library.save(an_asset(definition={"sql": noise}), MONTHS)

    assert stores.library.all() == ()


EXPIRING = an_asset(expires_at=NOON.replace(microsecond=0) + timedelta(days=1))


def test_an_asset_with_an_expiry_exists_until_then(stores: Stores) -> None:
    stores.library.save(EXPIRING, MONTHS)
    stores.library.grant("a-1", Grant(AS_BOB[0], Role.CAN_VIEW))

    stores.clock.advance(days=1, seconds=-1.25)

    assert stores.assets.find(["a-1"], AS_ALICE) == {"a-1": (EXPIRING, Role.OWNER)}
    assert stores.assets.rows("a-1") == MONTHS
    assert stores.library.all() == (EXPIRING,)
    assert len(stores.library.grants("a-1")) == 2


def test_an_expired_asset_does_not_exist_even_if_it_is_still_stored(stores: Stores) -> None:
    stores.library.save(EXPIRING, MONTHS)
    stores.library.grant("a-1", Grant(AS_BOB[0], Role.CAN_VIEW))

    stores.clock.advance(days=1)

    assert stores.assets.find(["a-1"], AS_ALICE) == {}
    assert stores.assets.rows("a-1") is None
    assert stores.library.all() == ()
    assert stores.library.grants("a-1") == ()
    assert [asset.id for asset in stores.personal_data.find(ALICE.id).assets] == ["a-1"]


def test_an_asset_that_is_saved_again_without_an_expiry_keeps_its_roles(stores: Stores) -> None:
    stores.library.save(EXPIRING, MONTHS)
    stores.library.grant("a-1", Grant(AS_BOB[0], Role.CAN_VIEW))

    stores.library.save(an_asset(), MONTHS)
    stores.clock.advance(days=2)

    assert stores.assets.find(["a-1"], AS_BOB) == {"a-1": (an_asset(), Role.CAN_VIEW)}
    assert len(stores.library.grants("a-1")) == 2
    assert stores.assets.rows("a-1") == MONTHS
