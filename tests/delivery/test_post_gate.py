"""Posts of a turn stop after a newer turn has opened, within the time that the newer turn waits for."""

from dataclasses import replace
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
from threadcast.ports import StoredChat

POLICY, STREAM = TurnPolicy(), StreamPolicy()
STARTED_AT = datetime(2026, 3, 1, tzinfo=UTC)
SENDER = Sender(ALICE.id, ALICE.name)
CHAT = Chat.start("chat", "Wind", SENDER, STARTED_AT, None)
MESSAGE = Message("message", "chat", 1, "Why?", SENDER, STARTED_AT, STARTED_AT, outcome=Outcome("completed"))


class ManualClock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def now(self) -> datetime:
        return STARTED_AT + timedelta(seconds=self.now_s)

    def monotonic_s(self) -> float:
        return self.now_s

    def sleep(self, duration_s: float) -> None:
        self.now_s += duration_s


class SlowChatStore:
    """A store with slow reads: each returns the chat as it was when the request reached the store."""

    def __init__(self, clock: ManualClock, opens_s: float, latencies: list[tuple[float, float]]) -> None:
        self._clock = clock
        self._opens_s = opens_s
        self._latencies = latencies

    def load(self, *_: object, **__: object) -> StoredChat:
        request_s, response_s = self._latencies.pop(0) if self._latencies else (0.0, 0.0)
        self._clock.now_s += request_s
        is_followed = self._clock.now_s >= self._opens_s
        self._clock.now_s += response_s
        return StoredChat(CHAT.open_turn(STARTED_AT) if is_followed else CHAT, (), None)

    def message_at(self, *_: object) -> Message:
        return replace(MESSAGE, deliverer="d-1")


class AcceptingTurnStore(MemoryTurnStore):
    """Accepts every record."""

    def record_delivery(self, *_: object, **__: object) -> None:
        pass


class SteppingAudience:
    """One connection that never receives the terminal frame; records when its gate permits a post."""

    listeners = 1

    def __init__(self, clock: ManualClock) -> None:
        self.gate = PostGate()
        self.posted_s: list[float] = []
        self._clock = clock

    def refresh(self) -> bool:
        return True

    def wait_until_delivered(self, timeout_s: float) -> bool:
        ends_s = self._clock.now_s + timeout_s + 0.01
        while self._clock.now_s < ends_s:
            if self.gate.verdict(self._clock.now_s) is Verdict.POST:
                self.posted_s.append(self._clock.now_s)
            self._clock.now_s += 0.05
        return False

    def keep_listed(self, listed: object) -> None:
        pass

    def undelivered(self) -> frozenset[str]:
        return frozenset({"slow"})


@given(
    opens_s=st.floats(0, 30),
    latencies=st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5)), max_size=20),
)
def test_no_post_starts_later_than_gate_s_after_a_newer_turn_has_opened(
    opens_s: float, latencies: list[tuple[float, float]]
) -> None:
    clock = ManualClock()
    audience = SteppingAudience(clock)
    delivery = TerminalDelivery(
        MESSAGE,
        chats=SlowChatStore(clock, opens_s, latencies),  # type: ignore[arg-type]
        turns=AcceptingTurnStore(MemoryTable(), clock.now),
        listed=lambda: (),
        clock=clock,
        policy=POLICY,
        stream=STREAM,
        deliverer="d-1",
    )

    delivery.begin(STARTED_AT, audience.gate)
    delivery.await_delivery(audience, 40)

    assert audience.posted_s
    assert max(audience.posted_s) <= opens_s + STREAM.gate_s
    assert STREAM.former_post_s == STREAM.gate_s + STREAM.post_s + STREAM.settle_s
