"""Stores what an event requires, through the same use cases as in production."""

import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from demo.cli.scripted_conversation import ASSET_ID
from demo.invoke.requirements import RequiredChat, Requirements, TurnState
from threadcast.adapters.dynamodb import (
    DynamoAssetStore,
    DynamoChatEdits,
    DynamoChatLibrary,
    DynamoChatLists,
    DynamoChatStore,
    DynamoConnectionStore,
    DynamoDirectory,
    DynamoOpenChats,
    DynamoTable,
    DynamoTurnStore,
    DynamoUsageStore,
)
from threadcast.adapters.system_clock import SystemClock
from threadcast.bootstrap.chat_routes import ChatPorts
from threadcast.bootstrap.use_cases import UseCases
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.domain.user import User
from threadcast.ports import Connection, TurnStarter
from threadcast.turns.commands import PostRequest
from threadcast.turns.opening.quota import QuotaLimits
from threadcast_analyst import OfflineAnalyst

__all__ = ["PARTIAL_ANSWER", "QUESTION", "store_requirements"]

QUESTION: Final = "Which source grew the most since 2001?"
PARTIAL_ANSWER: Final = "Of all sources, the one that grew the most since 2001 is"
"""The stored part of an abandoned turn's answer."""

_AGES_S: Final[Mapping[TurnState, float]] = {"answered": 300, "abandoned": 300, "waiting": 5, "running": 5}
"""The age of each turn: an abandoned turn's lease of 20 s has expired, a running one's has not."""

_CONNECTED_S = 600.0
_UNLIMITED: Final = QuotaLimits(turns_per_minute=6000, burst=100, concurrent=100)


class _EarlierClock(SystemClock):
    """The system clock, set back."""

    def __init__(self, by_s: float) -> None:
        self._by = timedelta(seconds=by_s)

    def now(self) -> datetime:
        """Return the time `by_s` seconds ago, in UTC."""
        return super().now() - self._by


class _NoConnections:
    """A `Pusher` for turns without connections."""

    def push(self, connection: Connection, frame: bytes) -> None:
        """Send nothing."""


def store_requirements(all_required: Iterable[Requirements], table: DynamoTable) -> None:
    """Store each chat once, oldest first, then the connections."""
    required = list(all_required)
    chats = {each.chat: each.user for each in required if each.chat is not None}
    for chat, user in sorted(chats.items(), key=lambda pair: -_AGES_S[pair[0].state]):
        if user is not None and not _supersedes(chat, chats):
            _store_chat(chat, user, table)
    for each in required:
        if each.user is not None:
            _store_connections(each.user, each.connections, table)


def _supersedes(chat: RequiredChat, others: Iterable[RequiredChat]) -> bool:
    """Whether another event requires the same chat and names its message."""
    return chat.message_id is None and any(
        other.chat_id == chat.chat_id and other.message_id is not None for other in others
    )


def _store_connections(user: User, ids: Iterable[str], table: DynamoTable) -> None:
    clock = _EarlierClock(_CONNECTED_S)
    store = DynamoConnectionStore(table, clock.now)
    for connection_id in ids:
        store.add(Connection(connection_id, user.id, "https://connections", clock.now(), has_spoken=True))


def _store_chat(chat: RequiredChat, user: User, table: DynamoTable) -> None:
    use_cases = _use_cases(chat, table)
    request = PostRequest(QUESTION, asset=AssetRef(ASSET_ID, AssetType.METRIC_FILE))
    key = f"sample:{chat.chat_id}"
    match chat.state:
        case "answered":
            for _ in use_cases.stream_turn.stream_turn(request, user, key):
                pass  # each event is stored as it is read
        case "waiting":
            use_cases.opener.open(request, user, key)
        case "running" | "abandoned":
            use_cases.opener.open(request, user, key)
            _claim_and_answer_in_part(chat, user, use_cases)


def _claim_and_answer_in_part(chat: RequiredChat, user: User, use_cases: UseCases) -> None:
    turn = use_cases.claimer.claim_turn(chat.chat_id, str(chat.message_id), user)
    if turn is not None:
        turn.live.say(AnswerDelta("answer", PARTIAL_ANSWER))
        use_cases.turns.checkpoint(turn.claim, turn.live.checkpoint(), turn.lease_until)


def _use_cases(chat: RequiredChat, table: DynamoTable) -> UseCases:
    """Return the use cases, whose first two new ids are those of the chat and of its message."""
    clock = _EarlierClock(_AGES_S[chat.state])
    ids = _ids(chat.chat_id, chat.message_id)

    def starter() -> TurnStarter:
        raise NotImplementedError

    return UseCases(
        chats=DynamoChatStore(table),
        chat_ports=ChatPorts(
            DynamoChatLists(table),
            DynamoChatEdits(table),
            DynamoChatLibrary(table),
            DynamoDirectory(table, clock.now),
        ),
        turns=DynamoTurnStore(table, clock.now),
        assets=DynamoAssetStore(table),
        connections=DynamoConnectionStore(table, clock.now),
        open_chats=DynamoOpenChats(table, clock.now),
        usage=DynamoUsageStore(table),
        pusher=_NoConnections(),
        clock=clock,
        new_id=lambda: next(ids),
        agent=lambda: OfflineAnalyst(now=clock.now),
        starter=starter,
        limits=_UNLIMITED,
    )


def _ids(chat_id: str, message_id: str | None) -> Iterator[str]:
    first = (chat_id, message_id or str(uuid.uuid4()))
    return itertools.chain(first, (str(uuid.uuid4()) for _ in itertools.count()))
