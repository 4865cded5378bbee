"""Stores for the operator's command, in memory and in DynamoDB, and the command over them."""

from typing import Any

import pytest

from tests.contracts.conftest import dynamodb  # noqa: F401 - a fixture
from tests.contracts.stores import Stores, dynamo_stores, memory_stores
from tests.operator.commands import Threadcast, ran


@pytest.fixture(params=["memory", "dynamo"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        return memory_stores()
    return dynamo_stores(request.getfixturevalue("dynamodb"))


@pytest.fixture
def threadcast(stores: Stores) -> Threadcast:
    """Return a function that runs a command over the stores, and returns its exit code and output."""

    def command(*arguments: str, **settings: Any) -> tuple[int, list[str]]:
        return ran(arguments, lambda *_: stores.for_operators, **settings)

    return command
