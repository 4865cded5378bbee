"""The fixture of the turn tests: stores in memory, a scripted agent, two users, two assets, short times."""

import inspect
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes import RecordingPusher, ScriptedAgent
from threadcast.adapters.memory import (
    MemoryAssetLibrary,
    MemoryAssetStore,
    MemoryChatEdits,
    MemoryChatLibrary,
    MemoryChatLists,
    MemoryChatStore,
    MemoryConnectionStore,
    MemoryDirectory,
    MemoryOpenChats,
    MemoryTable,
    MemoryTurnStore,
    MemoryUsageStore,
)
from threadcast.adapters.memory.inline_turn_starter import InlineTurnStarter
from threadcast.bootstrap.chat_routes import ChatPorts
from threadcast.bootstrap.use_cases import UseCases
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.asset import Asset, AssetRef, AssetType, Table
from threadcast.domain.message import ReplyMetadata
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.domain.user import User
from threadcast.ports import Connection, Handoff, TurnStarter
from threadcast.turns.commands import PostRequest
from threadcast.turns.opening.quota import QuotaLimits
from threadcast.turns.request_context import RequestContext

ALICE = User("a11ce000-0000-4000-8000-000000000001", "Alice", organization_id="acme")
BOB = User("b0b00000-0000-4000-8000-000000000002", "Bob", organization_id="initech")
WIND = AssetRef("77777777-7777-4777-8777-777777777777", AssetType.METRIC_FILE)
SECRET = AssetRef("88888888-8888-4888-8888-888888888888", AssetType.METRIC_FILE)
DEFINITION = {
    "name": "Wind power",
    "description": "Wind power by year.",
    "timeFrame": "2001 to 2003",
    "sql": "SELECT year, gwh FROM wind",
    "chartConfig": {
        "selectedChartType": "line",
        "barAndLineAxis": {"x": ["year"], "y": ["gwh"], "category": []},
        "columnLabelFormats": {
            "year": {"columnType": "date", "style": "date"},
            "gwh": {"columnType": "number", "style": "number", "suffix": " GWh"},
        },
    },
}
ROWS = Table(("year", "gwh"), (("2001-01-01", 10), ("2002-01-01", 20), ("2003-01-01", 15)))
HELLO = (
    AnswerDelta("answer", "Hel"),
    AnswerDelta("answer", "lo"),
    AnswerEnd("answer"),
)
_PARTS = frozenset(inspect.signature(UseCases).parameters)


def memory_chat_ports(table: MemoryTable, now: Callable[[], datetime]) -> ChatPorts:
    """Return the ports that only the routes about chats need."""
    directory = MemoryDirectory(table, now)
    return ChatPorts(MemoryChatLists(table), MemoryChatEdits(table), MemoryChatLibrary(table), directory)


class WallClock:
    """The system clock plus `shift`, which tests increase to make leases expire."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def monotonic_s(self) -> float:
        return datetime.now(UTC).timestamp() + self.shift.total_seconds()

    def sleep(self, duration_s: float) -> None:
        threading.Event().wait(duration_s)


class BackgroundStarter:
    """Runs each turn on its own thread, as Lambda runs it in its own invocation."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.threads: list[threading.Thread] = []

    def start(self, handoff: Handoff) -> None:
        run = threading.Thread(
            target=self._world.use_cases.handoff_runner.run,
            args=(handoff, self._world.remaining_s),
            daemon=True,
        )
        self.threads.append(run)
        run.start()


@dataclass
class World:
    """The use cases over stores in memory.

    With `background` each turn runs on its own thread; `starter` replaces the way runners start. `left_s` is
    the time limit that runners read, in seconds.
    """

    agent: ScriptedAgent = field(default_factory=lambda: ScriptedAgent(*HELLO))
    pusher: RecordingPusher = field(default_factory=RecordingPusher)
    limits: QuotaLimits = field(default_factory=lambda: QuotaLimits(600, 100, 3))
    policy: TurnPolicy = field(
        default_factory=lambda: TurnPolicy(
            checkpoint_s=0.1,
            poll_s=0.03,
            store_timeout_s=0.1,
            failure_handler_timeout_s=0.2,
            grace_s=30,
            reserve_s=1,
            closing_push_s=2,
            replace_wait_s=2,
        )
    )
    stream: StreamPolicy = field(
        default_factory=lambda: StreamPolicy(
            gap_s=0.001,
            backoff_s=0.01,
            backoff_cap_s=0.05,
            post_s=0.05,
            settle_s=0.05,
            gate_s=0.1,
            connect_grace_s=0.3,
        )
    )
    background: bool = False
    starter: TurnStarter | None = None
    left_s: float = 60

    def __post_init__(self) -> None:
        self.table = MemoryTable()
        self.clock = WallClock()
        self.library = MemoryAssetLibrary(self.table, self.clock.now)
        self.background_starter = BackgroundStarter(self)
        self.use_cases = UseCases(
            chats=MemoryChatStore(self.table),
            chat_ports=memory_chat_ports(self.table, self.clock.now),
            turns=MemoryTurnStore(self.table, self.clock.now),
            assets=MemoryAssetStore(self.table, self.clock.now),
            connections=MemoryConnectionStore(self.table, self.clock.now),
            open_chats=MemoryOpenChats(self.table, self.clock.now),
            usage=MemoryUsageStore(self.table),
            pusher=self.pusher,
            clock=self.clock,
            new_id=lambda: str(uuid.uuid4()),
            agent=lambda: self.agent,
            starter=self._starter,
            limits=self.limits,
            policy=self.policy,
            stream=self.stream,
        )
        for ref, owner in ((WIND, ALICE), (SECRET, BOB)):
            self.library.save(asset(ref, owner), ROWS)

    def change(self, **parts: Any) -> None:
        """Construct the use cases anew with other ports or policies."""
        kept = {name: part for name, part in vars(self.use_cases).items() if name in _PARTS}
        self.use_cases = UseCases(**(kept | parts))

    def remaining_s(self) -> float:
        return self.left_s

    def connect(self, user: User = ALICE) -> Connection:
        """Register a connection of the user that was opened a minute ago."""
        connection = Connection(
            f"{uuid.uuid4().hex}=", user.id, "http://api", self.clock.now() - timedelta(minutes=1)
        )
        self.use_cases.connections.add(connection)
        return connection

    def ask(self, request: PostRequest, connection: Connection, user: User = ALICE, key: str = "") -> None:
        """Post as a user over one of their connections; `key` is the request id."""
        self.use_cases.post_thread.serve(request, self.context(connection, user, key))

    def context(self, connection: Connection, user: User = ALICE, key: str = "") -> RequestContext:
        """Return the context of a request; without a `key`, its request key is unique."""
        return RequestContext(
            user, connection, ReplyMetadata("/chats/post", key or None), key or uuid.uuid4().hex
        )

    def finish(self) -> None:
        """Wait until every background turn has ended."""
        for thread in self.background_starter.threads:
            thread.join(60)
            assert not thread.is_alive()

    def _starter(self) -> TurnStarter:
        if self.starter is not None:
            return self.starter
        return (
            self.background_starter
            if self.background
            else InlineTurnStarter(self.use_cases.handoff_runner.run, min(25, self.left_s))
        )


def asset(ref: AssetRef, owner: User) -> Asset:
    """Return a metric about wind power."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return Asset(ref.id, ref.type, "Wind power", DEFINITION, owner.id, now, now)


def with_times(policy: TurnPolicy, **changes: float) -> TurnPolicy:
    """Return the policy with some times changed."""
    return replace(policy, **changes)  # type: ignore[arg-type]
