"""Retries of conflicts and of unprocessed keys."""

from typing import TYPE_CHECKING

import pytest

from tests.adapters.dynamodb.interference import CONFLICT, answering, before
from tests.contracts.stores import LEASE_END, Stores, a_claim, chat_in, dynamo_stores, first_opening
from tests.tables import create_table
from threadcast.adapters.dynamodb import DynamoTable, DynamoTurnStore
from threadcast.adapters.dynamodb.keys import Key
from threadcast.adapters.dynamodb.sdk.write_requests import put
from threadcast.errors import StaleRead, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SINGLE_CONFLICT = {"Error": {"Code": "TransactionConflictException", "Message": "conflict"}}
KEY = Key("A", "1")


class Pauses:
    """Records the requested pauses, without sleeping."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, duration_s: float) -> None:
        self.taken.append(duration_s)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def table(dynamodb: "DynamoDBClient", pauses: Pauses) -> DynamoTable:
    return DynamoTable(dynamodb, create_table(dynamodb), sleep=pauses, jitter=lambda: 1.0)


def test_a_conflicting_transaction_is_retried_after_growing_pauses(
    dynamodb: "DynamoDBClient", table: DynamoTable, pauses: Pauses
) -> None:
    with answering(dynamodb, "TransactWriteItems", *[CONFLICT] * 4):
        table.transact(put(KEY, {"value": 1}))

    assert table.get(KEY) == {"pk": "A", "sk": "1", "value": 1}
    assert pauses.taken == [0.02, 0.04, 0.08, 0.16]


def test_a_persistent_conflict_is_store_unavailable(dynamodb: "DynamoDBClient", table: DynamoTable) -> None:
    with answering(dynamodb, "TransactWriteItems", *[CONFLICT] * 5), pytest.raises(StoreUnavailable):
        table.transact(put(KEY, {}))

    assert table.get(KEY) is None


def test_a_single_write_in_conflict_with_a_transaction_is_retried(
    dynamodb: "DynamoDBClient", table: DynamoTable
) -> None:
    with answering(dynamodb, "PutItem", SINGLE_CONFLICT) as calls:
        table.write(put(KEY, {}))

    assert len(calls) == 2


def test_each_attempt_of_a_transaction_has_an_idempotency_token_of_its_own(
    dynamodb: "DynamoDBClient", table: DynamoTable
) -> None:
    with answering(dynamodb, "TransactWriteItems", CONFLICT) as calls:
        table.transact(put(KEY, {}))

    assert len({call["body"] for call in calls}) == 2
    assert all(b"ClientRequestToken" in call["body"] for call in calls)


def test_an_opening_in_persistent_conflict_is_stale(dynamodb: "DynamoDBClient", table: DynamoTable) -> None:
    turns = DynamoTurnStore(table, lambda: LEASE_END)

    with answering(dynamodb, "TransactWriteItems", *[CONFLICT] * 5), pytest.raises(StaleRead):
        turns.open(first_opening())


def test_unprocessed_keys_are_read_again(
    dynamodb: "DynamoDBClient", table: DynamoTable, pauses: Pauses
) -> None:
    table.write(put(KEY, {"value": 1}))
    left = {table._name: {"Keys": [{"pk": {"S": "A"}, "sk": {"S": "1"}}], "ConsistentRead": True}}

    with answering(dynamodb, "BatchGetItem", {"Responses": {}, "UnprocessedKeys": left}):
        found = table.get_many([KEY])

    assert found == {KEY: {"pk": "A", "sk": "1", "value": 1}}
    assert pauses.taken == [0.02]


def test_persistently_unprocessed_keys_are_store_unavailable(
    dynamodb: "DynamoDBClient", table: DynamoTable
) -> None:
    left = {table._name: {"Keys": [{"pk": {"S": "A"}, "sk": {"S": "1"}}]}}
    answers = [{"Responses": {}, "UnprocessedKeys": left}] * 5

    with answering(dynamodb, "BatchGetItem", *answers), pytest.raises(StoreUnavailable):
        table.get_many([KEY])


def test_a_claim_whose_response_was_lost_is_kept(dynamodb: "DynamoDBClient") -> None:
    stores = dynamo_stores(dynamodb)
    opening = first_opening()
    stores.turns.open(opening)

    def first_attempt() -> None:  # as the SDK makes it, before it repeats the call
        stores.turns.claim(a_claim(opening.message), LEASE_END)

    with before(dynamodb, "UpdateItem", first_attempt):
        stores.turns.claim(a_claim(opening.message), LEASE_END)

    assert _holder(stores) == "runner-1"


def _holder(stores: Stores) -> str | None:
    chat = chat_in(stores)
    return None if chat is None or chat.running_turn is None else chat.running_turn.claim
