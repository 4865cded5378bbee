"""An in-process DynamoDB emulator, with a new table for each test."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.contracts.stores import Stores, dynamo_stores
from tests.tables import dynamodb_in_process

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="module")
def dynamodb() -> Iterator["DynamoDBClient"]:
    with dynamodb_in_process() as client:
        yield client


@pytest.fixture
def stores(dynamodb: "DynamoDBClient") -> Stores:
    return dynamo_stores(dynamodb)
