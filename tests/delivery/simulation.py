"""A turn, its connections and the weather between them on one simulated clock: no threads, no sockets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from threadcast.delivery.outbox import Outbox
from threadcast.delivery.outbox_steps import Delivery, Finished, Send, Wait
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.delivery.turn_broadcaster import renderer
from threadcast.domain.access import Role
from threadcast.domain.chat import Chat, ChatView
from threadcast.domain.message import Message, Outcome, Sender
from threadcast.ports.agent_events import AgentEvent
from threadcast.protocol.chat_payload import chat_payload
from threadcast.protocol.frames import MAX_FRAME_BYTES, Address
from threadcast.turns.message.builder import MessageBuilder
from threadcast.turns.message.live_turn import LiveTurn
from threadcast.turns.recovery.close_turn import terminal_event

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
    late: list[tuple[float, bytes]] = field(default_factory=list)
    """Frames of unknown fate that will arrive, and when."""
    smallest_frame_bytes: int = MAX_FRAME_BYTES

    def land(self, now_s: float) -> None:
        """Hear what has arrived late, by now."""
        self.heard += [json.loads(frame) for lands_at_s, frame in self.late if lands_at_s <= now_s]
        self.late = [(lands_at_s, frame) for lands_at_s, frame in self.late if lands_at_s > now_s]

    @property
    def gone(self) -> bool:
        """Whether the connection turned out not to exist any more."""
        return self.outbox.counts.gone > 0


class Simulation:
    """Publishes events, lets time pass and delivers posts as told; every post takes `latency_s`.

    The gateway refuses frames of more than `gateway_bytes`, whatever the weather.
    """

    def __init__(self, policy: StreamPolicy | None = None, gateway_bytes: int = MAX_FRAME_BYTES) -> None:
        self._gateway_bytes = gateway_bytes
        self.now_s = 0.0
        self.policy = policy or StreamPolicy()
        self.draft = MessageBuilder(opened_view(), lambda: EPOCH + timedelta(seconds=self.now_s), 65_536)
        self.live = LiveTurn(self.draft)
        self.tabs: list[Tab] = []
        self._render = renderer(Address("/chats/post", None, CHAT_ID, MESSAGE_ID, ALICE))

    def join(
        self, *, heard_opening: bool = False, age_s: float = 60.0, opening_lands_in: float | None = None
    ) -> Tab:
        """Add a connection; one that heard the opening starts with the frame that tells it.

        `opening_lands_in`, from 0 to 1: the opening is still on its way and arrives after that share of the
        time for which a post of unknown fate may be; None: it isn't.
        """
        doubt_s = 0.0 if opening_lands_in is None else self.policy.post_s + self.policy.settle_s
        outbox = Outbox(
            self.live,
            self._render,
            self.policy,
            cursor=0 if heard_opening else None,
            connect_grace_until_s=self.now_s - age_s + self.policy.connect_grace_s,
            jitter=lambda: 0.5,
            not_before_s=self.now_s + doubt_s,
        )
        tab = Tab(outbox)
        opening = self._render(self.live.snapshot().events[0], self.policy.max_frame_bytes)
        if heard_opening:
            tab.heard.append(json.loads(opening))
        if opening_lands_in is not None:
            tab.late.append((self.now_s + doubt_s * opening_lands_in, opening))
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
        tab.land(self.now_s)
        match tab.outbox.next_step(self.now_s):
            case Send(frame=frame):
                delivery, arrives = next(weather)
                if len(frame) > self._gateway_bytes:
                    delivery = Delivery.TOO_LARGE
                if delivery is Delivery.ACCEPTED:
                    tab.heard.append(json.loads(frame))
                self.now_s += latency_s
                if delivery is Delivery.UNKNOWN and arrives:
                    tab.late.append((self.now_s + self.policy.settle_s, frame))
                if delivery is Delivery.TOO_LARGE and not tab.outbox.counts.terminal_repeats:
                    tab.smallest_frame_bytes = max(tab.smallest_frame_bytes // 2, self.policy.min_frame_bytes)
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
        for tab in self.tabs:
            tab.land(float("inf"))
