"""All stores over one table, in memory or in DynamoDB, and objects to store in them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.tables import create_table
from threadcast.adapters.dynamodb import (
    DynamoAssetLibrary,
    DynamoAssetStore,
    DynamoChatEdits,
    DynamoChatLibrary,
    DynamoChatLists,
    DynamoChatStore,
    DynamoConnectionStore,
    DynamoDirectory,
    DynamoMetricQuotaStore,
    DynamoOpenChats,
    DynamoPersonalDataStore,
    DynamoTable,
    DynamoTurnStore,
    DynamoUsageStore,
)
from threadcast.adapters.item_lifetimes import ChatLifetime
from threadcast.adapters.memory import (
    MemoryAssetLibrary,
    MemoryAssetStore,
    MemoryChatEdits,
    MemoryChatLibrary,
    MemoryChatLists,
    MemoryChatStore,
    MemoryConnectionStore,
    MemoryDirectory,
    MemoryMetricQuotaStore,
    MemoryOpenChats,
    MemoryPersonalDataStore,
    MemoryTable,
    MemoryTurnStore,
    MemoryUsageStore,
)
from threadcast.cli.table.stores import Stores as OperatorStores
from threadcast.domain.access import Principal
from threadcast.domain.asset import Asset, AssetType
from threadcast.domain.chat import Chat, RunningTurn
from threadcast.domain.message import Message, Outcome, Sender, TextResponse
from threadcast.ports import (
    AssetLibrary,
    AssetStore,
    ChatEdits,
    ChatLibrary,
    ChatLists,
    Claim,
    ConnectionStore,
    Directory,
    MetricQuotaStore,
    OpenChats,
    Opening,
    PersonalDataStore,
    Quota,
    TurnStore,
    UsageStore,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
LEASE_END = NOON + timedelta(seconds=15)
ALICE = Sender("a11ce000-0000-4000-8000-000000000001", "Alice")
BOB = Sender("b0b00000-0000-4000-8000-000000000002", "Bob")
AS_ALICE = (Principal("user", ALICE.id), Principal("org", "acme"))
AS_BOB = (Principal("user", BOB.id), Principal("org", "initech"))
DONE = Outcome("completed")
UNBOUNDED = 10_000_000
CHATS_ARE_KEPT = timedelta(days=30)


class SettableClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass(frozen=True)
class Stores:
    """Every store over one table."""

    connections: ConnectionStore
    chats: MemoryChatStore | DynamoChatStore
    turns: TurnStore
    assets: AssetStore
    library: AssetLibrary
    chat_library: ChatLibrary
    personal_data: PersonalDataStore
    usage: UsageStore
    edits: ChatEdits
    directory: Directory
    open_chats: OpenChats
    lists: ChatLists
    metric_quotas: MetricQuotaStore
    clock: SettableClock = field(default_factory=SettableClock)

    @property
    def for_operators(self) -> OperatorStores:
        """The same stores, as the operator's command takes them."""
        return OperatorStores(
            assets=self.library,
            asset_rows=self.assets,
            chats=self.chats,
            connections=self.connections,
            chat_library=self.chat_library,
            turns=self.turns,
            personal_data=self.personal_data,
            usage=self.usage,
        )


def memory_stores() -> Stores:
    clock, table = SettableClock(), MemoryTable()
    return Stores(
        MemoryConnectionStore(table, clock.now),
        MemoryChatStore(table, ChatLifetime(CHATS_ARE_KEPT.days, clock.now)),
        MemoryTurnStore(table, clock.now),
        MemoryAssetStore(table, clock.now),
        MemoryAssetLibrary(table, clock.now),
        MemoryChatLibrary(table),
        MemoryPersonalDataStore(table),
        MemoryUsageStore(table),
        MemoryChatEdits(table),
        MemoryDirectory(table, clock.now),
        MemoryOpenChats(table, clock.now),
        MemoryChatLists(table, ChatLifetime(CHATS_ARE_KEPT.days, clock.now)),
        MemoryMetricQuotaStore(table),
        clock,
    )


def dynamo_stores(client: "DynamoDBClient") -> Stores:
    clock, table = SettableClock(), DynamoTable(client, create_table(client), sleep=lambda _: None)
    return Stores(
        DynamoConnectionStore(table, clock.now),
        DynamoChatStore(table, ChatLifetime(CHATS_ARE_KEPT.days, clock.now)),
        DynamoTurnStore(table, clock.now),
        DynamoAssetStore(table, clock.now),
        DynamoAssetLibrary(table, now=clock.now),
        DynamoChatLibrary(table),
        DynamoPersonalDataStore(table),
        DynamoUsageStore(table),
        DynamoChatEdits(table),
        DynamoDirectory(table, clock.now),
        DynamoOpenChats(table, clock.now),
        DynamoChatLists(table, ChatLifetime(CHATS_ARE_KEPT.days, clock.now)),
        DynamoMetricQuotaStore(table),
        clock,
    )


def a_message(number: int = 1, chat_id: str = "c-1", **changes: Any) -> Message:
    message = Message(f"m-{number}", chat_id, number, f"Question {number}?", ALICE, NOON, NOON)
    return replace(message, **changes)


def answered(message: Message, text: str = "Because.", outcome: Outcome | None = DONE) -> Message:
    return replace(message, responses=(TextResponse("r-1", text, is_final=True),), outcome=outcome)


def a_turn(message: Message, **changes: Any) -> RunningTurn:
    return replace(RunningTurn(message.id, ALICE.id, LEASE_END), **changes)


def a_chat(chat_id: str = "c-1", **changes: Any) -> Chat:
    return replace(Chat(chat_id, "Untitled", ALICE, NOON, NOON), **changes)


def first_opening(chat_id: str = "c-1", **changes: Any) -> Opening:
    """Return the opening of a new chat with a running turn, by a new user."""
    message = a_message(1, chat_id)
    opening = Opening(
        chat=a_chat(chat_id, next_message_number=2, running_turn=a_turn(message)),
        message=message,
        quota=Quota(9.5, NOON, {message.id: LEASE_END}, version=1),
        user_id=ALICE.id,
        request_key="request-1",
    )
    return replace(opening, **changes)


def follow_up(stores: Stores, chat_id: str = "c-1", **changes: Any) -> Opening:
    """Return the opening of a further turn, based on the stored state."""
    chat, quota = chat_in(stores, chat_id), quota_in(stores)
    assert chat is not None
    message = a_message(chat.next_message_number, chat_id)
    opening = Opening(
        chat=replace(
            chat,
            next_message_number=chat.next_message_number + 1,
            running_turn=a_turn(message),
            version=chat.version + 1,
        ),
        message=message,
        quota=replace(
            quota,
            tokens=quota.tokens - 1,
            running={**quota.running, message.id: LEASE_END},
            version=(quota.version or 0) + 1,
        ),
        user_id=ALICE.id,
        request_key=f"request-{message.number}",
    )
    return replace(opening, **changes)


def add_finished_turn(stores: Stores, message: Message | None = None, **chat_changes: Any) -> Message:
    """Open a prompt-less turn, which stores its message finished; no turn runs then."""
    opening = follow_up(stores) if chat_in(stores) else first_opening()
    opened = replace(message or opening.message, number=opening.message.number)
    opened = answered(opened, outcome=DONE) if message is None else opened
    chat = replace(opening.chat, running_turn=None, **chat_changes)
    quota = replace(opening.quota, running={})
    stores.turns.open(replace(opening, chat=chat, message=opened, quota=quota))
    return opened


def conversation(stores: Stores, turns: int, text: str = "Because.", **last_chat: Any) -> list[Message]:
    """Store a chat of so many finished turns; the last opening also changes the chat."""
    messages = [answered(a_message(number), text) for number in range(1, turns + 1)]
    for message in messages:
        changes = last_chat if message.number == turns else {}
        chat = a_chat(next_message_number=message.number + 1, version=message.number, **changes)
        quota = Quota(9.5, NOON, version=message.number)
        stores.turns.open(Opening(chat, message, quota, ALICE.id, f"request-{message.number}"))
    return messages


def chat_in(stores: Stores, chat_id: str = "c-1") -> Chat | None:
    stored = stores.chats.load(chat_id, (), max_bytes=1)
    return None if stored is None else stored.chat


def messages_in(stores: Stores, chat_id: str = "c-1") -> tuple[Message, ...]:
    stored = stores.chats.load(chat_id, (), max_bytes=UNBOUNDED)
    return () if stored is None else stored.messages


def quota_in(stores: Stores, user_id: str = ALICE.id) -> Quota:
    quota = stores.connections.presence(user_id).quota
    return Quota(10.0, NOON) if quota is None else quota


def a_claim(message: Message, runner: str | None = "runner-1") -> Claim:
    return Claim(message.chat_id, message.id, ALICE.id, runner)


def an_asset(asset_id: str = "a-1", **changes: Any) -> Asset:
    definition = {"name": "Revenue", "time_frame": "2025", "nested": {"axes": ["month", None, 1.5]}}
    asset = Asset(asset_id, AssetType.METRIC_FILE, "Revenue", definition, ALICE.id, NOON, NOON)
    return replace(asset, **changes)
