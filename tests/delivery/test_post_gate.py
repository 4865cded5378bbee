"""Posts of a turn stop once a newer turn has opened: never later than the newer turn's wait relies on."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.turns.world import ALICE
from threadcast.adapters.memory import MemoryTable, MemoryTurnStore
from threadcast.delivery.post_gate import PostGate, Verdict
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.delivery.terminal_delivery import TerminalDelivery
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message, Outcome, Sender
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import Presence, StoredChat

POLICY, STREAM = TurnPolicy(), StreamPolicy()
BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
SENDER = Sender(ALICE.id, ALICE.name)
CHAT = Chat.start("chat", "Wind", SENDER, BEGAN, None)
MESSAGE = Message("message", "chat", 1, "Why?", SENDER, BEGAN, BEGAN, outcome=Outcome("completed"))


class ManualClock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.s = 0.0

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.s)

    def monotonic_s(self) -> float:
        return self.s

    def sleep(self, duration_s: float) -> None:
        self.s += duration_s


class SlowChatStore:
    """Reads that take their time; the chat is read as it was when the read reached the store."""

    def __init__(self, clock: ManualClock, opens_s: float, durations: list[tuple[float, float]]) -> None:
        self._clock = clock
        self._opens_s = opens_s
        self._durations = durations

    def load(self, *_: object, **__: object) -> StoredChat:
        there_s, back_s = self._durations.pop(0) if self._durations else (0.0, 0.0)
        self._clock.s += there_s
        is_followed = self._clock.s >= self._opens_s
        self._clock.s += back_s
        return StoredChat(CHAT.open_turn(BEGAN) if is_followed else CHAT, (), None)


class RecordedTurns(MemoryTurnStore):
    """Accepts every record."""

    def record_delivery(self, *_: object, **__: object) -> None:
        pass


class SteppingAudience:
    """A connection that never receives the end; what its gate said, at every moment of the run."""

    listeners = 1

    def __init__(self, clock: ManualClock) -> None:
        self.gate = PostGate()
        self.posted_s: list[float] = []
        self._clock = clock

    def refresh(self) -> None:
        pass

    def wait_until_delivered(self, timeout_s: float) -> bool:
        ends_s = self._clock.s + timeout_s + 0.01
        while self._clock.s < ends_s:
            if self.gate.verdict(self._clock.s) is Verdict.POST:
                self.posted_s.append(self._clock.s)
            self._clock.s += 0.05
        return False

    def keep_listed(self, listed: object) -> None:
        pass

    def undelivered(self) -> frozenset[str]:
        return frozenset({"slow"})


class NoConnections:
    """An empty registry."""

    def presence(self, _: str) -> Presence:
        return Presence((), None)


@given(
    opens_s=st.floats(POLICY.replace_wait_s, 30),
    durations=st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5)), max_size=20),
)
def test_no_post_starts_later_than_a_newer_turn_relies_on(
    opens_s: float, durations: list[tuple[float, float]]
) -> None:
    clock = ManualClock()
    audience = SteppingAudience(clock)
    delivery = TerminalDelivery(
        MESSAGE,
        chats=SlowChatStore(clock, opens_s, durations),  # type: ignore[arg-type]
        turns=RecordedTurns(MemoryTable(), clock.now),
        connections=NoConnections(),  # type: ignore[arg-type]
        clock=clock,
        policy=POLICY,
        stream=STREAM,
    )

    delivery.begin(BEGAN, audience.gate)
    delivery.await_delivery(audience, 40)

    assert audience.posted_s
    assert max(audience.posted_s) <= opens_s + STREAM.gate_s
    assert STREAM.former_post_s == STREAM.gate_s + STREAM.post_s + STREAM.settle_s
