"""The contract suite of `AssetStore.page`: the assets that principals may see, those edited last first."""

from collections.abc import Sequence
from datetime import timedelta

from tests.contracts.stores import ALICE, AS_ALICE, AS_BOB, NOON, Stores, an_asset
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset, AssetType
from threadcast.ports import AssetPage, AssetPosition

METRIC, REPORT = AssetType.METRIC_FILE, AssetType.REPORT_FILE
NEXT_DAY = NOON + timedelta(days=1)


def edited(number: int) -> Asset:
    """Return a metric that was edited so many minutes after the others."""
    return an_asset(f"a-{number}", updated_at=NOON + timedelta(minutes=number))


def save(stores: Stores, *assets: Asset, viewers: Sequence[Principal] = ()) -> None:
    for asset in assets:
        stores.library.save(asset, None)
        for viewer in viewers:
            stores.library.grant(asset.id, Grant(viewer, Role.CAN_VIEW))


def ids(page: AssetPage) -> list[str]:
    return [asset.id for asset, _ in page.assets]


def test_a_page_has_the_assets_of_a_type_edited_last_first(stores: Stores) -> None:
    save(stores, edited(2), edited(3), edited(1), an_asset("r-1", type=REPORT))

    page = stores.assets.page(METRIC, AS_ALICE, limit=10)

    owned = ((edited(3), Role.OWNER), (edited(2), Role.OWNER), (edited(1), Role.OWNER))
    assert page == AssetPage(owned, last=None)
    assert ids(stores.assets.page(REPORT, AS_ALICE, limit=10)) == ["r-1"]


def test_assets_of_users_without_a_role_are_not_listed(stores: Stores) -> None:
    save(stores, edited(1), edited(2))
    stores.library.grant("a-1", Grant(AS_BOB[0], Role.CAN_FILTER))

    assert stores.assets.page(METRIC, AS_BOB, limit=10).assets == ((edited(1), Role.CAN_FILTER),)
    assert stores.assets.page(METRIC, (), limit=10).assets == ()


def test_an_asset_of_both_user_and_organization_is_listed_once_with_the_stronger_role(stores: Stores) -> None:
    save(stores, edited(1), viewers=AS_BOB)
    stores.library.grant("a-1", Grant(AS_BOB[1], Role.CAN_EDIT))

    assert stores.assets.page(METRIC, AS_BOB, limit=10) == AssetPage(((edited(1), Role.CAN_EDIT),))


def test_pages_follow_each_other_without_a_gap(stores: Stores) -> None:
    save(stores, edited(4), edited(2), viewers=[AS_BOB[0]])
    save(stores, edited(3), edited(1), edited(5), viewers=[AS_BOB[1]])

    first = stores.assets.page(METRIC, AS_BOB, limit=2)
    second = stores.assets.page(METRIC, AS_BOB, after=first.last, limit=2)
    third = stores.assets.page(METRIC, AS_BOB, after=second.last, limit=2)

    assert [ids(page) for page in (first, second, third)] == [["a-5", "a-4"], ["a-3", "a-2"], ["a-1"]]
    assert first.last == AssetPosition(edited(4).updated_at, "a-4")
    assert third.last is None


def test_assets_of_the_same_time_are_on_one_page_only(stores: Stores) -> None:
    save(stores, *(an_asset(f"a-{number}") for number in range(3)))

    first = stores.assets.page(METRIC, AS_ALICE, limit=2)
    second = stores.assets.page(METRIC, AS_ALICE, after=first.last, limit=2)

    assert (ids(first), ids(second)) == (["a-2", "a-1"], ["a-0"])


def test_a_number_of_assets_can_be_left_out(stores: Stores) -> None:
    save(stores, edited(1), edited(2), edited(3))

    assert ids(stores.assets.page(METRIC, AS_ALICE, skip=1, limit=1)) == ["a-2"]
    assert ids(stores.assets.page(METRIC, AS_ALICE, skip=3, limit=1)) == []


def test_a_saved_asset_moves_to_the_front_for_everyone(stores: Stores) -> None:
    save(stores, edited(1), edited(2), viewers=AS_BOB)

    stores.library.save(an_asset("a-1", updated_at=NEXT_DAY), None)

    assert ids(stores.assets.page(METRIC, AS_BOB, limit=1)) == ["a-1"]
    assert ids(stores.assets.page(METRIC, AS_BOB, limit=10)) == ["a-1", "a-2"]


def test_an_asset_leaves_the_list_of_its_former_owner_and_of_those_whose_role_was_revoked(
    stores: Stores,
) -> None:
    save(stores, edited(1), edited(2), viewers=[AS_BOB[1]])

    stores.library.save(an_asset("a-1", owner_id=AS_BOB[0].id), None)
    stores.library.revoke("a-2", AS_BOB[1])

    assert ids(stores.assets.page(METRIC, AS_ALICE, limit=10)) == ["a-2"]
    assert ids(stores.assets.page(METRIC, AS_BOB, limit=10)) == ["a-1"]


def test_a_deleted_asset_is_not_listed(stores: Stores) -> None:
    save(stores, edited(1), edited(2), viewers=AS_BOB)

    stores.library.delete("a-2")

    assert ids(stores.assets.page(METRIC, AS_BOB, limit=10)) == ["a-1"]


def test_a_role_on_an_asset_that_does_not_exist_lists_nothing(stores: Stores) -> None:
    stores.library.grant("a-9", Grant(AS_ALICE[0], Role.CAN_VIEW))

    assert stores.assets.page(METRIC, AS_ALICE, limit=10) == AssetPage(())


def test_the_name_of_an_owner_is_stored_where_it_is_known(stores: Stores) -> None:
    save(stores, an_asset(owner_name=ALICE.name))

    assert stores.assets.page(METRIC, AS_ALICE, limit=1).assets[0][0].owner_name == "Alice"
