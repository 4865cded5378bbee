"""A turn, its connections and the weather between them on one simulated clock: no threads, no sockets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from threadcast.agent_events import AgentEvent
from threadcast.domain.access import Role
from threadcast.domain.chat import Chat, ChatView
from threadcast.domain.message import Message, Outcome, Sender
from threadcast.stream.outbox import Delivery, Finished, Outbox, Send, Wait
from threadcast.stream.policy import StreamPolicy
from threadcast.turns.close_turn import terminal_event
from threadcast.turns.draft import Draft
from threadcast.turns.live import LiveTurn
from threadcast.turns.telling import renderer
from threadcast.wire.chat_payload import chat_payload
from threadcast.wire.frames import MAX_FRAME_BYTES, Address

CHAT_ID = "11111111-1111-4111-8111-111111111111"
MESSAGE_ID = "22222222-2222-4222-8222-222222222222"
EARLIER_ID = "33333333-3333-4333-8333-333333333333"
ALICE = Sender("44444444-4444-4444-8444-444444444444", "Alice")
EPOCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def opened_view() -> ChatView:
    """A chat with one old message and the new one, as `initializeChat` tells it."""
    chat = Chat(CHAT_ID, "New chat", ALICE, EPOCH, EPOCH, next_message_number=3)
    earlier = Message(EARLIER_ID, CHAT_ID, 1, "Earlier?", ALICE, EPOCH, EPOCH, outcome=Outcome("completed"))
    return ChatView(chat, (earlier, Message(MESSAGE_ID, CHAT_ID, 2, "Why?", ALICE, EPOCH, EPOCH)), Role.OWNER)


@dataclass
class Tab:
    """One connection: its outbox, and the frames that have reached it."""

    outbox: Outbox
    heard: list[dict[str, object]] = field(default_factory=list)

    smallest_frame_bytes: int = MAX_FRAME_BYTES

    @property
    def gone(self) -> bool:
        """Whether the connection turned out not to exist any more."""
        return self.outbox.counts.gone > 0


class Simulation:
    """Publishes events, lets time pass and delivers posts as told; every post takes `latency_s`."""

    def __init__(self, policy: StreamPolicy | None = None) -> None:
        self.now_s = 0.0
        self.policy = policy or StreamPolicy()
        self.draft = Draft(opened_view(), lambda: EPOCH + timedelta(seconds=self.now_s), 65_536)
        self.live = LiveTurn(self.draft)
        self.tabs: list[Tab] = []
        self._render = renderer(Address("/chats/post", None, CHAT_ID, MESSAGE_ID, ALICE))

    def join(self, *, heard_opening: bool = False, age_s: float = 60.0) -> Tab:
        """Add a connection; one that heard the opening starts with the frame that tells it."""
        outbox = Outbox(
            self.live,
            self._render,
            self.policy,
            cursor=0 if heard_opening else None,
            connected_at_s=self.now_s - age_s,
            jitter=lambda: 0.5,
        )
        tab = Tab(outbox)
        if heard_opening:
            opening = self.live.snapshot().events[0]
            tab.heard.append(json.loads(self._render(opening, self.policy.max_frame_bytes)))
        self.tabs.append(tab)
        return tab

    def say(self, event: AgentEvent) -> None:
        """The agent says something."""
        self.live.say(event)

    def end(self, outcome: Outcome) -> ChatView:
        """Close, decide and publish the terminal event."""
        self.live.close("failed" if outcome.kind == "failed" else "completed")
        view = self.live.decide(outcome)
        self.live.end(terminal_event(view.messages[-1], view))
        return view

    def final_payload(self, tab: Tab) -> dict[str, object]:
        """The chat as `complete` would tell it (or does) to a tab, whose frames may have become smaller."""
        return json.loads(json.dumps(chat_payload(self.live.view(), tab.smallest_frame_bytes)))

    def step(self, tab: Tab, weather: Iterator[tuple[Delivery, bool]], latency_s: float = 0.01) -> bool:
        """Post what is due to a tab, if anything is; False once nothing is due now."""
        match tab.outbox.next_step(self.now_s):
            case Send(frame=frame):
                delivery, arrives = next(weather)
                if delivery is Delivery.ACCEPTED or (delivery is Delivery.UNKNOWN and arrives):
                    tab.heard.append(json.loads(frame))
                if delivery is Delivery.TOO_LARGE:
                    tab.smallest_frame_bytes = max(tab.smallest_frame_bytes // 2, self.policy.min_frame_bytes)
                self.now_s += latency_s
                tab.outbox.settle(delivery, self.now_s)
                return True
            case Wait() | Finished():
                return False

    def drain(self, weather: Iterator[tuple[Delivery, bool]]) -> None:
        """Let time pass until every tab has taken everything or is gone."""
        while not all(tab.outbox.caught_up for tab in self.tabs):
            posted = [self.step(tab, weather) for tab in self.tabs]
            if not any(posted):
                self.now_s += 0.02
