"""Stored items can be read by earlier and later versions of the code."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.stores import (
    ALICE,
    NOON,
    Stores,
    a_chat,
    a_message,
    add_finished_turn,
    chat_in,
    conversation,
    dynamo_stores,
    first_opening,
)
from tests.contracts.test_chat_store import FULL_MESSAGE
from tests.tables import create_table
from threadcast.adapters.dynamodb import DynamoTable, keys, opening_writes
from threadcast.adapters.dynamodb.item_mapping import (
    chat_of,
    chat_values,
    grant_of,
    message_of,
    message_values,
)
from threadcast.adapters.dynamodb.keys import Key
from threadcast.adapters.dynamodb.sdk.attribute_values import attribute, item, plain
from threadcast.adapters.dynamodb.sdk.request_counting import item_bytes
from threadcast.adapters.dynamodb.sdk.write_requests import put
from threadcast.adapters.json_documents import dump, from_document, load, pack, timestamp, to_document, unpack
from threadcast.domain.chat import Chat, RemovedRange
from threadcast.domain.message import Message
from threadcast.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))


@settings(max_examples=40)
@given(st.from_type(Message))
def test_any_message_survives_storage(message: Message) -> None:
    assert message_of(message_values(message)) == message


@settings(max_examples=40)
@given(st.from_type(Chat))
def test_any_chat_survives_storage(chat: Chat) -> None:
    assert chat_of(plain(attribute(_without_none(chat_values(chat))))) == chat


@given(st.lists(MOMENTS, max_size=8))
def test_timestamps_sort_in_the_order_of_time(moments: list[datetime]) -> None:
    assert sorted(map(timestamp, moments)) == list(map(timestamp, sorted(moments)))


def test_times_are_stored_in_utc_with_microseconds() -> None:
    berlin = NOON.replace(microsecond=0).astimezone(timezone(timedelta(hours=2)))

    assert timestamp(berlin) == "2026-03-01T12:00:00.000000Z"


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60))
def test_numbers_survive_storage(number: float) -> None:
    assert plain(attribute(number)) == number


def test_other_types_have_no_attribute() -> None:
    with pytest.raises(TypeError, match="object"):
        attribute(object())


def test_a_field_added_later_takes_its_default() -> None:
    today = to_document(FULL_MESSAGE)
    for name in ("input_tokens", "output_tokens", "final_reasoning", "outcome", "outcome_sent", "reasoning"):
        del today[name]

    message = from_document(Message, today)

    assert (message.input_tokens, message.final_reasoning, message.reasoning) == (0, None, ())


def test_unknown_fields_and_kinds_are_ignored() -> None:
    tomorrow = to_document(FULL_MESSAGE)
    tomorrow["mood"] = "good"
    tomorrow["responses"].insert(0, {"is": "song", "id": "s-1", "melody": "…"})
    tomorrow["sender"]["pronouns"] = "she"

    assert from_document(Message, tomorrow) == FULL_MESSAGE


def test_a_document_without_a_required_field_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="Message"):
        from_document(Message, {"id": "m-1"})


def test_an_unknown_role_is_no_role() -> None:
    assert grant_of({"sk": "ROLE#user#u-1", "role": "archivist"}) is None


def test_small_documents_are_readable_large_ones_compressed() -> None:
    small, large = dump({"prompt": "Why?"}), dump({"prompt": "Why? " * 300})

    assert pack(small) == b'{"prompt":"Why?"}'
    assert len(pack(large)) < 100
    assert load(unpack(pack(large))) == {"prompt": "Why? " * 300}


def test_an_opening_keeps_unknown_attributes(dynamodb: "DynamoDBClient") -> None:
    table = DynamoTable(dynamodb, create_table(dynamodb))
    opening = first_opening()
    table.write(put(Key("CHAT#c-1", "CHAT"), {**chat_values(a_chat()), "favourite": True}))
    second = replace(opening, chat=replace(opening.chat, version=2))

    table.write(opening_writes.chat(second))

    found = table.get(Key("CHAT#c-1", "CHAT")) or {}
    assert (found["favourite"], found["version"]) == (True, 2)


def test_the_stored_items_are_those_in_the_documentation(stores: Stores, dynamodb: "DynamoDBClient") -> None:
    add_finished_turn(stores, a_message())

    found: Any = stores.chats._table.get(Key("CHAT#c-1", "MSG#0000000001"))  # type: ignore[union-attr]

    assert (found["message_id"], found.get("outcome_sent")) == ("m-1", None)
    assert json.loads(found["document"])["sender"] == {"id": ALICE.id, "name": "Alice"}


def test_only_replaced_messages_have_an_expiry(dynamodb: "DynamoDBClient") -> None:
    stores = dynamo_stores(dynamodb)
    conversation(stores, 6, removed=(RemovedRange(2, 3), RemovedRange(5, 5)))
    chat = chat_in(stores)
    assert chat is not None
    before_the_second = replace(chat, removed=chat.removed[:1])

    for each in (before_the_second, chat):
        stores.turns.expire_replaced(each, NOON)

    table: Any = stores.chats._table  # type: ignore[union-attr]
    found = [table.get(keys.message(chat.id, number)).get("expires_at") for number in range(1, 7)]
    noon = int(NOON.timestamp())
    assert found == [None, noon, noon, None, noon, None]


def test_the_attributes_of_an_unfinished_turn_take_few_bytes() -> None:
    """Many messages have 900 to 1,000 bytes: with 88 bytes, each write of them took a unit more."""
    values = message_values(replace(a_message(), id="9b2e1f0a-5d1b-4c1e-8a51-0f0c2e7b6d11"))
    names = {"gsi1pk", "gsi1sk", "outcome_sent"}

    added = item({name: value for name, value in values.items() if name in names})

    assert added["gsi1sk"] == {"S": "1772366400"}
    assert item_bytes(added) == 34


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
