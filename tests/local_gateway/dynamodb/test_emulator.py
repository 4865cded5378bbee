"""The DynamoDB emulator, in its own process, as the gateway runs it."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_gateway.dynamodb.emulator import DynamoDBEmulator

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
else:
    DynamoDBClient = Any

ROOT = Path(__file__).parents[3]

LONG_RUN = """
import gc
import boto3
from moto import mock_aws
from moto.dynamodb.models.table import Table
from local_gateway.dynamodb.moto_patches import patch_moto

patch_moto()
with mock_aws():
    client = boto3.client("dynamodb", "us-east-1", aws_access_key_id="local", aws_secret_access_key="local")
    client.create_table(
        TableName="things",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(20):
        item = {"pk": {"S": str(number)}}
        client.transact_write_items(TransactItems=[{"Put": {"TableName": "things", "Item": item}}])
    gc.collect()
    print(sum(isinstance(each, Table) for each in gc.get_objects()))
"""


@pytest.fixture(scope="module")
def client() -> Iterator[DynamoDBClient]:
    emulator = DynamoDBEmulator()
    emulator.start()
    try:
        endpoint = asyncio.run(emulator.endpoint())
        client = boto3.client(
            "dynamodb",
            "us-east-1",
            endpoint_url=endpoint,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        _create(client, "pairs", "pk", "sk")
        _create(client, "singles", "pk")
        yield client
        client.close()
    finally:
        emulator.close()


def _create(client: DynamoDBClient, name: str, *keys: str) -> None:
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": key, "KeyType": "RANGE" if place else "HASH"} for place, key in enumerate(keys)
        ],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )


def key(table: str, name: str) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": name}} if table == "pairs" else {"pk": {"S": name}}


def put(client: DynamoDBClient, table: str, name: str, n: int) -> None:
    client.put_item(TableName=table, Item={**key(table, name), "n": {"N": str(n)}})


def numbers(client: DynamoDBClient, table: str) -> dict[str, int]:
    """Return the table's numbers by name."""
    last = "sk" if table == "pairs" else "pk"
    return {each[last]["S"]: int(each["n"]["N"]) for each in client.scan(TableName=table)["Items"]}


def changes(table: str, condition: str) -> list[dict[str, Any]]:
    """Return one change of every kind, then a condition on `d`."""
    return [
        {"Put": {"TableName": table, "Item": {**key(table, "new"), "n": {"N": "1"}}}},
        {
            "Update": {
                "TableName": table,
                "Key": key(table, "a"),
                "UpdateExpression": "SET n = n + :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
        },
        {"Delete": {"TableName": table, "Key": key(table, "b")}},
        {"Put": {"TableName": table, "Item": {**key(table, "c"), "n": {"N": "9"}}}},
        {"ConditionCheck": {"TableName": table, "Key": key(table, "d"), "ConditionExpression": condition}},
    ]


@pytest.fixture(params=["pairs", "singles"])
def table(request: pytest.FixtureRequest, client: DynamoDBClient) -> str:
    name: str = request.param
    for item in client.scan(TableName=name)["Items"]:
        client.delete_item(TableName=name, Key={part: item[part] for part in ("pk", "sk") if part in item})
    for n, letter in enumerate("abcd"):
        put(client, name, letter, n)
    return name


def test_a_transaction_applies_every_change(client: DynamoDBClient, table: str) -> None:
    client.transact_write_items(TransactItems=changes(table, "attribute_exists(pk)"))

    assert numbers(client, table) == {"new": 1, "a": 1, "c": 9, "d": 3}


def test_a_cancelled_transaction_changes_nothing(client: DynamoDBClient, table: str) -> None:
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        client.transact_write_items(TransactItems=changes(table, "attribute_not_exists(pk)"))

    assert numbers(client, table) == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_a_rejected_transaction_changes_nothing(client: DynamoDBClient, table: str) -> None:
    again = {"Delete": {"TableName": table, "Key": key(table, "a")}}

    with pytest.raises(ClientError):
        client.transact_write_items(TransactItems=[*changes(table, "attribute_exists(pk)"), again])

    assert numbers(client, table) == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_transactions_leave_no_copy_of_a_table_in_memory() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", LONG_RUN], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )

    assert finished.stdout.strip() == "1"
