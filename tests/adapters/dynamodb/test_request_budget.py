"""The requests of each operation, and the units that DynamoDB bills for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.contracts.stores import (
    ALICE,
    AS_ALICE,
    AS_BOB,
    BOB,
    LEASE_END,
    NOON,
    Stores,
    a_chat,
    a_claim,
    a_message,
    add_finished_turn,
    an_asset,
    answered,
    conversation,
    first_opening,
    follow_up,
)
from tests.contracts.test_chat_library import chat_of
from tests.tables import create_table, dynamodb_in_process
from threadcast.adapters.dynamodb import DynamoChatStore, DynamoTable, keys
from threadcast.adapters.dynamodb.item_mapping import chat_values, message_values
from threadcast.adapters.dynamodb.sdk.request_counting import BilledUnits, RequestCounter
from threadcast.adapters.dynamodb.sdk.write_requests import put
from threadcast.adapters.system_clock import SystemClock
from threadcast.domain.access import Grant, Role
from threadcast.domain.asset import AssetType
from threadcast.domain.budget import Budget, CallUsage
from threadcast.domain.chat import RemovedRange
from threadcast.domain.feedback import Feedback
from threadcast.domain.message import Message
from threadcast.domain.user import User
from threadcast.errors import ConnectionLimitReached
from threadcast.ports import Connection, MadeMetric
from threadcast.turns.connections import ConnectionOpener

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONNECTION = Connection("L0SM9cOFvHcCIhw=", "u-1", "https://abc.execute-api.test/live", NOON)
INDEX_READ = 0.5
"""The units of a small query of the index, which is eventually consistent."""

SENTENCE = "Revenue fell in March because the northern region had one delivery less than in 2024. "


@dataclass(frozen=True)
class Cost:
    """Calls by operation, and units."""

    calls: dict[str, int]
    reads: float = 0
    writes: float = 0


Measure = Callable[[Callable[[], Any]], Cost]


@pytest.fixture(scope="module")
def observer(dynamodb: "DynamoDBClient") -> Iterator["DynamoDBClient"]:
    with dynamodb_in_process() as client:
        yield client


@pytest.fixture
def measure(dynamodb: "DynamoDBClient", observer: "DynamoDBClient") -> Measure:
    def measured(act: Callable[[], Any]) -> Cost:
        with RequestCounter(dynamodb) as counter, BilledUnits(dynamodb, observer) as billed:
            act()
        return Cost(dict(counter.calls), sum(billed.reads.values()), sum(billed.writes.values()))

    return measured


def running(stores: Stores) -> Message:
    opening = first_opening()
    stores.turns.open(opening)
    stores.turns.claim(a_claim(opening.message), LEASE_END)
    return opening.message


def test_connecting_and_disconnecting_take_one_small_write_each(stores: Stores, measure: Measure) -> None:
    assert measure(lambda: stores.connections.add(CONNECTION)) == Cost({"PutItem": 1}, writes=1)
    assert measure(lambda: stores.connections.forget("u-1", CONNECTION.id)) == Cost(
        {"DeleteItem": 1}, writes=1
    )


class NobodyIsGone:
    """A probe that finds every connection open."""

    def is_gone(self, _connection: Connection) -> bool:
        return False


def test_a_handshake_takes_a_write_between_two_queries_and_a_refused_one_a_query(
    stores: Stores, measure: Measure
) -> None:
    opener = ConnectionOpener(stores.connections, NobodyIsGone(), SystemClock(), limit=1, grace_s=10)
    accepted = measure(lambda: opener.open(CONNECTION, ()))

    def refused() -> None:
        with pytest.raises(ConnectionLimitReached):
            opener.open(replace(CONNECTION, id="another="), ())

    assert accepted == Cost({"Query": 2, "PutItem": 1}, reads=2, writes=1)
    assert measure(refused) == Cost({"Query": 1}, reads=1)


def test_connections_and_quota_take_one_query(stores: Stores, measure: Measure) -> None:
    stores.turns.open(first_opening())
    for number in range(9):
        stores.connections.add(replace(CONNECTION, id=f"{number}=", user_id=AS_ALICE[0].id))

    assert measure(lambda: stores.connections.presence(AS_ALICE[0].id)) == Cost({"Query": 1}, reads=1)


def test_an_opening_takes_one_transaction(stores: Stores, measure: Measure) -> None:
    assert measure(lambda: stores.turns.open(first_opening())) == Cost({"TransactWriteItems": 1}, writes=10)


def test_a_further_opening_costs_one_unit_more_for_the_index(stores: Stores, measure: Measure) -> None:
    add_finished_turn(stores)
    opening = follow_up(stores)
    later = replace(opening, chat=replace(opening.chat, updated_at=LEASE_END))

    assert measure(lambda: stores.turns.open(later)) == Cost({"TransactWriteItems": 1}, writes=11)


def test_a_claim_takes_one_small_write(stores: Stores, measure: Measure) -> None:
    opening = first_opening()
    stores.turns.open(opening)

    claiming = measure(lambda: stores.turns.claim(a_claim(opening.message), LEASE_END))

    assert claiming == Cost({"UpdateItem": 1}, writes=1)


def test_a_checkpoint_takes_one_transaction_with_or_without_a_message(
    stores: Stores, measure: Measure
) -> None:
    message = running(stores)
    said = answered(message, SENTENCE * 4, outcome=None)

    silent = measure(lambda: stores.turns.checkpoint(a_claim(message), None, LEASE_END))
    spoken = measure(lambda: stores.turns.checkpoint(a_claim(message), said, LEASE_END))

    assert silent == Cost({"TransactWriteItems": 1}, writes=4)
    assert spoken == Cost({"TransactWriteItems": 1}, writes=6)


def test_an_outcome_takes_one_transaction(stores: Stores, measure: Measure) -> None:
    message = running(stores)
    chat = replace(first_opening().chat, title="Why March dropped", updated_at=NOON + timedelta(seconds=9))

    deciding = measure(lambda: stores.turns.decide(a_claim(message), chat, answered(message, SENTENCE * 40)))

    assert deciding == Cost({"TransactWriteItems": 1}, writes=8)


def test_recording_the_delivery_takes_one_small_write(stores: Stores, measure: Measure) -> None:
    message = add_finished_turn(stores, answered(a_message(), SENTENCE * 40))

    assert measure(lambda: stores.turns.record_delivery(message, (), sent=True)) == Cost(
        {"UpdateItem": 1}, writes=2
    )


def test_a_sweep_reads_each_index_partition_and_each_running_turn_once(
    stores: Stores, measure: Measure
) -> None:
    message = running(stores)
    later = NOON + timedelta(minutes=5)

    nothing = measure(lambda: list(stores.turns.unfinished(NOON)))
    one = measure(lambda: list(stores.turns.unfinished(later)))

    assert nothing.calls == one.calls == {"Query": 8}
    assert measure(lambda: stores.chats.chats([message.chat_id])) == Cost({"BatchGetItem": 1}, reads=1)
    assert measure(lambda: stores.chats.visible_message_at(message.chat_id, 1)) == Cost(
        {"BatchGetItem": 1}, reads=2
    )


def test_expiring_replaced_messages_takes_one_query_and_a_small_write_for_each(
    stores: Stores, measure: Measure
) -> None:
    conversation(stores, 3, removed=(RemovedRange(1, 2),))
    chat = replace(a_chat(), removed=(RemovedRange(1, 2),))

    first = measure(lambda: stores.turns.expire_replaced(chat, LEASE_END))
    second = measure(lambda: stores.turns.expire_replaced(chat, LEASE_END))

    assert first.calls == {"Query": 1, "UpdateItem": 2}
    assert (first.writes, second) == (2, Cost({"Query": 1}, reads=1))


def test_a_stop_request_and_a_read_of_the_running_turn_take_one_small_call_each(
    stores: Stores, measure: Measure
) -> None:
    running(stores)

    assert measure(lambda: stores.chats.request_stop("c-1", "m-1")) == Cost({"UpdateItem": 1}, writes=1)
    assert measure(lambda: stores.chats.running_turn("c-1")) == Cost({"GetItem": 1}, reads=1)


def test_finding_a_request_takes_one_small_read(stores: Stores, measure: Measure) -> None:
    running(stores)

    assert measure(lambda: stores.chats.find_request("request-1", NOON)) == Cost({"GetItem": 1}, reads=1)
    assert measure(lambda: stores.chats.find_request("request-9", NOON)) == Cost({"GetItem": 1}, reads=1)


def test_loading_a_chat_takes_two_reads(stores: Stores, measure: Measure) -> None:
    conversation(stores, 10, SENTENCE * 150)

    loading = measure(lambda: stores.chats.load("c-1", AS_ALICE, max_bytes=262_144))

    assert loading == Cost({"BatchGetItem": 1, "Query": 1}, reads=5)


def test_a_forbidden_chat_costs_the_same_as_a_missing_one(stores: Stores, measure: Measure) -> None:
    add_finished_turn(stores, answered(a_message(), SENTENCE * 400))

    forbidden = measure(lambda: stores.chats.load("c-1", AS_BOB, max_bytes=262_144))
    missing = measure(lambda: stores.chats.load("c-9", AS_BOB, max_bytes=262_144))

    assert forbidden == missing == Cost({"BatchGetItem": 1}, reads=3)


def test_a_long_removed_range_is_not_read(stores: Stores, measure: Measure) -> None:
    conversation(stores, 12, SENTENCE * 150, removed=(RemovedRange(2, 11),))

    loading = measure(lambda: stores.chats.load("c-1", (), max_bytes=262_144))

    assert loading == Cost({"BatchGetItem": 1, "Query": 2}, reads=3)


def test_a_long_chat_is_read_only_up_to_about_the_requested_size(stores: Stores, measure: Measure) -> None:
    conversation(stores, 15, SENTENCE)

    loading = measure(lambda: stores.chats.load("c-1", (), max_bytes=1))

    assert loading == Cost({"BatchGetItem": 1, "Query": 2}, reads=3)


def test_finding_the_newest_message_takes_two_small_reads(stores: Stores, measure: Measure) -> None:
    conversation(stores, 10)

    assert measure(lambda: stores.chats.message("c-1", "m-10")) == Cost({"GetItem": 1, "Query": 1}, reads=2)


def test_an_asset_and_its_roles_take_one_read(stores: Stores, measure: Measure) -> None:
    stores.library.save(an_asset(), None)

    assert measure(lambda: stores.assets.find(["a-1"], AS_BOB)) == Cost({"BatchGetItem": 1}, reads=3)
    assert measure(lambda: stores.assets.find(["a-9"], AS_BOB)) == Cost({"BatchGetItem": 1}, reads=3)


def test_a_place_for_a_made_metric_takes_one_write_and_a_refusal_no_read(
    stores: Stores, measure: Measure
) -> None:
    first, second = (MadeMetric(str(uuid4()), NOON.replace(microsecond=0)) for _ in range(2))
    quotas = stores.metric_quotas

    assert measure(lambda: quotas.take("u-1", first, 1)) == Cost({"UpdateItem": 1}, writes=1)
    assert measure(lambda: quotas.take("u-1", second, 1)) == Cost({"UpdateItem": 1}, writes=1)
    assert measure(lambda: quotas.free("u-1", [first])) == Cost({"UpdateItem": 1}, writes=1)


def test_a_place_costs_a_unit_more_for_each_twenty_metrics(stores: Stores, measure: Measure) -> None:
    made = [MadeMetric(str(uuid4()), NOON.replace(microsecond=0)) for _ in range(100)]
    for each in made[:99]:
        stores.metric_quotas.take("u-1", each, 100)

    last = measure(lambda: stores.metric_quotas.take("u-1", made[99], 100))

    assert last == Cost({"UpdateItem": 1}, writes=5)


def test_a_page_of_assets_takes_a_query_for_each_principal_and_one_read(
    stores: Stores, measure: Measure
) -> None:
    for number in range(30):
        stores.library.save(an_asset(f"a-{number}"), None)

    page = measure(lambda: stores.assets.page(AssetType.METRIC_FILE, AS_ALICE, limit=25))

    assert (page.calls, page.writes) == ({"Query": 2, "BatchGetItem": 1}, 0)
    assert page.reads <= 75 + 2


def test_a_grant_takes_a_read_and_a_write_of_item_and_index(stores: Stores, measure: Measure) -> None:
    stores.library.save(an_asset(), None)

    granting = measure(lambda: stores.library.grant("a-1", Grant(AS_BOB[0], Role.CAN_VIEW)))

    assert granting == Cost({"GetItem": 1, "PutItem": 1}, reads=1, writes=2)


def test_a_models_call_is_counted_by_one_small_write(stores: Stores, measure: Measure) -> None:
    calls = [CallUsage(f"m-{number}", 1, 5_000, Decimal("0.01")) for number in range(15)]

    counting = measure(lambda: [stores.usage.count(ALICE.id, call, NOON) for call in calls])

    assert counting == Cost({"UpdateItem": 15}, writes=15)


def test_usage_and_budget_take_one_read_and_nothing_beside_the_connections(
    stores: Stores, measure: Measure
) -> None:
    stores.usage.count(ALICE.id, CallUsage("m-1", 1, 5_000), NOON)
    stores.usage.set_budget(ALICE.id, Budget(tokens=10_000))

    assert measure(lambda: stores.usage.spending(ALICE.id, NOON)) == Cost({"BatchGetItem": 1}, reads=2)
    assert measure(lambda: stores.connections.presence(ALICE.id)) == Cost({"Query": 1}, reads=1)


def test_capacity_reported_by_dynamodb_is_counted_too(stores: Stores, dynamodb: "DynamoDBClient") -> None:
    with RequestCounter(dynamodb) as counter:
        stores.connections.add(CONNECTION)
        stores.connections.presence("u-1")

    assert counter.reported_units == {"PutItem": 1.0, "Query": 1.0}


def test_the_search_for_an_unknown_message_has_a_bounded_cost(
    measure: Measure, dynamodb: "DynamoDBClient"
) -> None:
    table = DynamoTable(dynamodb, create_table(dynamodb))
    table.write(put(keys.chat("c-1"), chat_values(a_chat(next_message_number=601))))
    for number in range(1, 601):
        table.write(put(keys.message("c-1", number), message_values(a_message(number))))
    chats = DynamoChatStore(table)

    search = measure(lambda: chats.message("c-1", "unknown"))

    assert search.calls == {"GetItem": 1, "Query": 5}
    assert chats.message("c-1", "m-200") is not None


def test_no_page_of_a_long_chat_has_a_limit_beyond_what_the_api_takes() -> None:
    limits: list[int] = []

    class EmptyPages:
        """Answers thirty queries with an empty page that is not the last one."""

        def query(self, **parameters: Any) -> dict[str, Any]:
            limits.append(parameters["Limit"])
            return {"Items": [], "LastEvaluatedKey": {"pk": {"S": "p"}} if len(limits) < 30 else None}

    table = DynamoTable(EmptyPages(), "table")  # type: ignore[arg-type]

    assert list(table.query("CHAT#c-1", ("MSG#", "ROLE$"), page_items=64, page_growth=3)) == []
    assert len(limits) == 30
    assert max(limits) < 2**31


def test_a_page_of_own_chats_takes_one_query_and_two_small_reads_for_each_chat(
    stores: Stores, measure: Measure
) -> None:
    for number in range(4):
        chat_of(stores, f"c-{number}", minute=number)

    page = measure(lambda: stores.lists.own(ALICE.id, before=None, limit=3))
    shared = measure(lambda: stores.lists.shared(AS_ALICE, limit=100))

    assert page == Cost({"Query": 1, "BatchGetItem": 1}, reads=8 + INDEX_READ)
    assert shared == Cost({"Query": 2}, reads=2 * INDEX_READ)


def test_a_shared_chat_takes_one_read_for_itself_and_one_for_each_principal(
    stores: Stores, measure: Measure
) -> None:
    chat_of(stores, "c-1")
    grant = Grant(AS_BOB[0], Role.CAN_VIEW)

    granted = measure(lambda: stores.edits.grant("c-1", grant, NOON))
    shared = measure(lambda: stores.lists.shared(AS_BOB, limit=100))
    revoked = measure(lambda: stores.edits.revoke("c-1", AS_BOB[0]))

    assert granted == Cost({"UpdateItem": 1}, writes=2)
    assert shared == Cost({"Query": 2, "BatchGetItem": 1}, reads=3 + 2 * INDEX_READ)
    assert revoked == Cost({"DeleteItem": 1}, writes=2)


def test_a_change_of_a_chat_outside_its_turns_takes_one_write(stores: Stores, measure: Measure) -> None:
    chat_of(stores, "c-1")
    chat = stores.chats.chats(["c-1"])["c-1"]
    renamed = chat.rename("Mine", NOON + timedelta(minutes=1))

    mark = measure(lambda: stores.edits.set_favorite("c-1", ALICE.id, is_favorited=True))
    rename = measure(lambda: stores.edits.change(renamed))
    delete = measure(lambda: stores.edits.change(renamed.delete(NOON)))

    assert mark == Cost({"UpdateItem": 1}, writes=1)
    assert rename == Cost({"UpdateItem": 1}, writes=3)
    assert delete == Cost({"UpdateItem": 1}, writes=3)


def test_opening_a_shared_chat_takes_one_write_and_finding_its_viewers_one_read(
    stores: Stores, measure: Measure
) -> None:
    chat_of(stores, "c-1")
    stores.edits.grant("c-1", Grant(AS_BOB[0], Role.CAN_VIEW), NOON)
    connection = Connection("b=", BOB.id, "https://api.test", NOON)

    opened = measure(lambda: stores.open_chats.open("c-1", connection, User(BOB.id, "Bob")))
    viewers = measure(lambda: stores.open_chats.viewers("c-1"))
    loaded = measure(lambda: stores.chats.load("c-1", AS_BOB, max_bytes=1))
    closed = measure(lambda: stores.open_chats.close("c-1", connection.id))

    assert opened == Cost({"PutItem": 1}, writes=1)
    assert viewers == Cost({"Query": 1}, reads=1)
    assert loaded == Cost({"BatchGetItem": 1, "Query": 2}, reads=5)
    assert closed == Cost({"UpdateItem": 1}, writes=1)


def test_the_directory_takes_one_small_write_and_one_read_for_each_address(
    stores: Stores, measure: Measure
) -> None:
    registered = measure(lambda: stores.directory.register("acme", "a@acme.com", ALICE.id, NOON))
    found = measure(lambda: stores.directory.find("acme", ["a@acme.com", "b@acme.com"]))

    assert registered == Cost({"PutItem": 1}, writes=1)
    assert found == Cost({"BatchGetItem": 1}, reads=2)


def test_feedback_takes_two_small_writes_and_a_copy_one_for_each_message(
    stores: Stores, measure: Measure
) -> None:
    messages = conversation(stores, 2)
    copy = stores.chats.chats(["c-1"])["c-1"].copy("c-2", ALICE, NOON, messages=2)
    copies = [message.copy(f"n-{message.number}", "c-2", message.number) for message in messages]
    feedback = Feedback("c-1", "m-1", 1, ALICE.id, "positive", NOON, None, "a-1")

    given = measure(lambda: stores.edits.give_feedback(feedback))
    copied = measure(lambda: stores.edits.copy(copy, copies))

    assert given == Cost({"PutItem": 1, "UpdateItem": 1}, writes=3)
    assert copied == Cost({"PutItem": 3, "UpdateItem": 1}, writes=7)
