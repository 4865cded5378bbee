"""Reads of an asset's rows return the former or the new ones, never a mix, during concurrent saves."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.adapters.dynamodb.interference import before
from tests.contracts.stores import AS_ALICE, AS_BOB, NOON, Stores, an_asset
from tests.contracts.test_asset_stores import MONTHS, a_large_table
from threadcast.adapters.dynamodb import DynamoAssetStore, DynamoTable, item_mapping, keys
from threadcast.adapters.dynamodb.sdk.write_requests import put
from threadcast.adapters.json_documents import unpack
from threadcast.domain.access import Grant, Role
from threadcast.domain.asset import AssetType, Table
from threadcast.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

YEARS = Table(("year", "revenue"), ((2024, 12.5), (2025, 14.0)))


def row_keys(stores: Stores) -> list[str]:
    table: DynamoTable = stores.chats._table  # type: ignore[union-attr,assignment]
    return [values["sk"] for values in table.query("ASSET#a-1", ("DATA#", "DATA$"))]


def test_a_save_between_the_two_reads_gives_the_new_rows(stores: Stores, dynamodb: "DynamoDBClient") -> None:
    stores.library.save(an_asset(), MONTHS)

    with before(dynamodb, "Query", lambda: stores.library.save(an_asset(), YEARS)):
        rows = stores.assets.rows("a-1")

    assert rows == YEARS


def test_a_read_during_a_save_gets_the_former_rows(stores: Stores, dynamodb: "DynamoDBClient") -> None:
    stores.library.save(an_asset(), MONTHS)
    seen: list[Table | None] = []

    with before(dynamodb, "TransactWriteItems", lambda: seen.append(stores.assets.rows("a-1"))):
        stores.library.save(an_asset(), a_large_table(15_000))

    assert seen == [MONTHS]


def test_of_two_concurrent_saves_the_last_is_stored_complete(
    stores: Stores, dynamodb: "DynamoDBClient"
) -> None:
    stores.library.save(an_asset(), MONTHS)

    with before(dynamodb, "TransactWriteItems", lambda: stores.library.save(an_asset(name="B"), MONTHS)):
        stores.library.save(an_asset(name="A"), YEARS)

    assert stores.assets.find(["a-1"], AS_ALICE) == {"a-1": (an_asset(name="A"), Role.OWNER)}
    assert stores.assets.rows("a-1") == YEARS


def test_rows_of_former_generations_are_deleted(stores: Stores, dynamodb: "DynamoDBClient") -> None:
    stores.library.save(an_asset(), a_large_table(15_000))

    with before(dynamodb, "TransactWriteItems", lambda: stores.library.save(an_asset(), MONTHS)):
        stores.library.save(an_asset(), YEARS)

    assert len(row_keys(stores)) == 1


def test_permanently_missing_rows_raise_store_unavailable(stores: Stores, dynamodb: "DynamoDBClient") -> None:
    stores.library.save(an_asset(), a_large_table(15_000))
    table: DynamoTable = stores.chats._table  # type: ignore[union-attr,assignment]
    dynamodb.delete_item(
        TableName=table._name, Key={"pk": {"S": "ASSET#a-1"}, "sk": {"S": row_keys(stores)[0]}}
    )

    with pytest.raises(StoreUnavailable):
        DynamoAssetStore(table).rows("a-1")


def test_a_save_during_a_deletion_leaves_no_partial_asset(stores: Stores, dynamodb: "DynamoDBClient") -> None:
    stores.library.save(an_asset(), a_large_table(15_000))

    with before(dynamodb, "TransactWriteItems", lambda: stores.library.save(an_asset(owner_id="b"), YEARS)):
        stores.library.delete("a-1")

    assert (stores.library.all(), stores.library.grants("a-1"), row_keys(stores)) == ((), (), [])


def test_a_deletion_during_a_save_leaves_the_saved_asset_complete(
    stores: Stores, dynamodb: "DynamoDBClient"
) -> None:
    stores.library.save(an_asset(), MONTHS)

    with before(dynamodb, "TransactWriteItems", lambda: stores.library.delete("a-1")):
        stores.library.save(an_asset(), YEARS)

    assert stores.assets.find(["a-1"], AS_ALICE) == {"a-1": (an_asset(), Role.OWNER)}
    assert stores.assets.rows("a-1") == YEARS
    assert len(row_keys(stores)) == 1


def test_an_asset_that_the_user_cannot_see_is_not_unpacked(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[bytes] = []

    def counting(packed: bytes) -> bytes:
        unpacked.append(packed)
        return unpack(packed)

    monkeypatch.setattr(item_mapping, "unpack", counting)
    stores.library.save(an_asset(), None)

    assert stores.assets.find(["a-1", "a-9"], AS_BOB) == {}
    assert unpacked == []
    assert stores.assets.find(["a-1"], AS_ALICE) == {"a-1": (an_asset(), Role.OWNER)}
    assert len(unpacked) == 1


def test_every_item_of_an_asset_expires_with_it(stores: Stores) -> None:
    tomorrow = NOON.replace(microsecond=0) + timedelta(days=1)
    stores.library.save(an_asset(expires_at=tomorrow), a_large_table(15_000))
    stores.library.grant("a-1", Grant(AS_BOB[0], Role.CAN_VIEW))
    table: DynamoTable = stores.chats._table  # type: ignore[union-attr,assignment]

    items = list(table.query("ASSET#a-1", keys.EVERYTHING))
    stores.library.save(an_asset(), MONTHS)
    kept = list(table.query("ASSET#a-1", keys.EVERYTHING))

    assert len(items) > 4
    assert {item["expires_at"] for item in items} == {int(tomorrow.timestamp())}
    assert [item["sk"].partition("#")[0] for item in kept] == ["ASSET", "DATA", "ROLE", "ROLE"]
    assert not any("expires_at" in item for item in kept)


def roles_without_places(stores: Stores) -> None:
    """Remove from all roles what the former release did not write."""
    table: DynamoTable = stores.chats._table  # type: ignore[union-attr,assignment]
    for found in list(table.query("ASSET#a-1", ("ROLE#", "ROLE$"))):
        key = keys.Key(found["pk"], found["sk"])
        table.write(put(key, {"role": found["role"]}))


@pytest.mark.parametrize("is_saved", [True, False])
def test_a_save_and_a_relist_list_an_asset_of_the_former_release_for_everyone_with_a_role(
    stores: Stores, *, is_saved: bool
) -> None:
    stores.library.save(an_asset(), MONTHS)
    stores.library.grant("a-1", Grant(AS_BOB[1], Role.CAN_VIEW))
    roles_without_places(stores)
    former = stores.assets.page(AssetType.METRIC_FILE, AS_BOB, limit=1)

    if is_saved:
        stores.library.save(an_asset(), MONTHS)
    else:
        stores.library.relist(an_asset())

    assert (former.assets, stores.assets.find(["a-1"], AS_BOB)["a-1"][1]) == ((), Role.CAN_VIEW)
    assert stores.assets.page(AssetType.METRIC_FILE, AS_BOB, limit=1).assets == ((an_asset(), Role.CAN_VIEW),)
    assert stores.assets.page(AssetType.METRIC_FILE, AS_ALICE, limit=1).assets == ((an_asset(), Role.OWNER),)


def test_a_role_that_is_revoked_during_a_save_stays_revoked(
    stores: Stores, dynamodb: "DynamoDBClient"
) -> None:
    stores.library.save(an_asset(), MONTHS)
    stores.library.grant("a-1", Grant(AS_BOB[1], Role.CAN_VIEW))

    with before(dynamodb, "UpdateItem", lambda: stores.library.revoke("a-1", AS_BOB[1])):
        stores.library.save(an_asset(updated_at=NOON + timedelta(days=1)), MONTHS)

    assert stores.assets.find(["a-1"], AS_BOB) == {}
