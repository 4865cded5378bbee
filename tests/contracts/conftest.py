"""Runs each store suite over every adapter."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.contracts.stores import Stores, dynamo_stores, memory_stores
from tests.tables import dynamodb_in_process

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="module")
def dynamodb() -> Iterator["DynamoDBClient"]:
    with dynamodb_in_process() as client:
        yield client


@pytest.fixture(params=["memory", "dynamo"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        return memory_stores()
    return dynamo_stores(request.getfixturevalue("dynamodb"))
