"""The items of tables are kept over restarts of the emulator."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from local_gateway.dynamodb.emulator import DynamoDBEmulator
from local_gateway.dynamodb.requests import DynamoDBClient
from local_gateway.dynamodb.saved_tables import SavedTables

KEY = [{"AttributeName": "id", "KeyType": "HASH"}]
ITEM = {
    "id": {"S": "a"},
    "n": {"N": "1.50"},
    "b": {"B": "AAE="},
    "set": {"SS": ["x", "y"]},
    "binaries": {"BS": ["AAE="]},
    "map": {"M": {"list": {"L": [{"BOOL": True}, {"NULL": True}, {"B": "AAE="}]}}},
}


def create(client: DynamoDBClient) -> None:
    attributes = [{"AttributeName": "id", "AttributeType": "S"}]
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    client.call(
        "CreateTable",
        {
            "TableName": "t",
            "KeySchema": KEY,
            "AttributeDefinitions": attributes,
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": stream,
        },
    )


def run(state: Path, *operations: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Run operations on a new emulator, and end it."""
    emulator = DynamoDBEmulator(state=state)
    emulator.start()
    try:
        client = DynamoDBClient(asyncio.run(emulator.endpoint()), "eu-west-1")
        create(client)
        return [client.call(operation, body) for operation, body in operations]
    finally:
        emulator.close()


def test_items_are_there_after_a_restart(tmp_path: Path) -> None:
    run(tmp_path / "state", ("PutItem", {"TableName": "t", "Item": ITEM}))

    (scanned, described) = run(
        tmp_path / "state", ("Scan", {"TableName": "t"}), ("DescribeTable", {"TableName": "t"})
    )

    assert scanned["Items"] == [ITEM]
    assert described["Table"]["ItemCount"] == 1


class Item:
    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value

    def to_json(self) -> dict[str, Any]:
        return {"Attributes": self.value}


class Table:
    """What the store uses of moto's table."""

    stream_shard = None

    def __init__(self, name: str, schema: list[dict[str, str]], *items: dict[str, Any]) -> None:
        self.name = name
        self.schema = schema
        self.items = list(items)

    def all_items(self) -> list[Item]:
        return [Item(value) for value in self.items]

    def put_item(self, value: dict[str, Any]) -> None:
        self.items.append(value)


def save(folder: Path, *tables: Table) -> None:
    saved = SavedTables(folder)
    by_region = {"eu-west-1": {table.name: table for table in tables}}
    saved.restore(by_region)
    saved.write(saved.collect(by_region))


def test_items_of_a_table_whose_key_has_changed_are_dropped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path, Table("t", KEY, ITEM))
    other = Table("t", [{"AttributeName": "other", "KeyType": "HASH"}])

    SavedTables(tmp_path).restore({"eu-west-1": {"t": other}})

    assert other.items == []
    assert "the saved items of t are dropped: its key has changed" in caplog.text


def test_tables_of_another_stack_are_kept_and_deleted_ones_are_not(tmp_path: Path) -> None:
    save(tmp_path, Table("t", KEY, ITEM), Table("deleted", KEY))
    saved = SavedTables(tmp_path)
    saved.restore({"eu-west-1": {"deleted": Table("deleted", KEY)}})

    content = json.loads(saved.collect({"eu-west-1": {"new": Table("new", KEY)}}))

    assert sorted(content) == ["eu-west-1/new", "eu-west-1/t"]


def test_the_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    save(tmp_path, Table("t", KEY, ITEM))

    assert [path.name for path in tmp_path.iterdir()] == ["tables.json"]
    assert json.loads((tmp_path / "tables.json").read_text())["eu-west-1/t"]["Items"] == [ITEM]
