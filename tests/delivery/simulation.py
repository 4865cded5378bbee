"""A turn, its connections and the outcomes of their posts on one simulated clock: no threads, no sockets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.fakes import renderer
from threadcast.delivery.outbox.outbox import Outbox
from threadcast.delivery.outbox.steps import Delivery, Finished, Send, Wait
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.access import Role
from threadcast.domain.address import Address
from threadcast.domain.chat import Chat, ChatView
from threadcast.domain.message import Message, Outcome, Sender
from threadcast.ports.agent_events import AgentEvent
from threadcast.ports.push import MAX_FRAME_BYTES
from threadcast.protocol.chat_payload import chat_payload
from threadcast.turns.message.builder import MessageBuilder
from threadcast.turns.message.live_turn import LiveTurn
from threadcast.turns.recovery.close_turn import terminal_event

CHAT_ID = "11111111-1111-4111-8111-111111111111"
MESSAGE_ID = "22222222-2222-4222-8222-222222222222"
EARLIER_ID = "33333333-3333-4333-8333-333333333333"
ALICE = Sender("44444444-4444-4444-8444-444444444444", "Alice")
EPOCH = datetime(2026, 3, 1, 12, tzinfo=UTC)

PostResult = tuple[Delivery, bool]
"""The outcome of a post as its sender sees it; where it is unknown, also whether the frame arrives."""


def opened_view() -> ChatView:
    """Return a chat with one old message and the new one, as `initializeChat` contains it."""
    chat = Chat(CHAT_ID, "Chat", ALICE, EPOCH, EPOCH, next_message_number=3)
    earlier = Message(EARLIER_ID, CHAT_ID, 1, "Earlier?", ALICE, EPOCH, EPOCH, outcome=Outcome("completed"))
    return ChatView(chat, (earlier, Message(MESSAGE_ID, CHAT_ID, 2, "Why?", ALICE, EPOCH, EPOCH)), Role.OWNER)


@dataclass
class SimulatedConnection:
    """One connection: its outbox, and the frames that have reached it."""

    outbox: Outbox
    received: list[dict[str, object]] = field(default_factory=list)
    in_flight: list[tuple[float, bytes]] = field(default_factory=list)
    """Frames with an unknown outcome that will arrive, each with the time of its arrival."""
    smallest_frame_bytes: int = MAX_FRAME_BYTES

    def receive_in_flight(self, now_s: float) -> None:
        """Receive the frames in flight that have arrived by now."""
        self.received += [json.loads(frame) for at_s, frame in self.in_flight if at_s <= now_s]
        self.in_flight = [(at_s, frame) for at_s, frame in self.in_flight if at_s > now_s]

    @property
    def gone(self) -> bool:
        """Whether a post found the connection gone."""
        return self.outbox.counts.gone > 0


class Simulation:
    """Publishes events, advances the clock and settles posts with given results.

    The gateway refuses frames of more than `gateway_bytes`, whatever the given result.
    """

    def __init__(self, policy: StreamPolicy | None = None, gateway_bytes: int = MAX_FRAME_BYTES) -> None:
        self._gateway_bytes = gateway_bytes
        self.now_s = 0.0
        self.policy = policy or StreamPolicy()
        self.builder = MessageBuilder(opened_view(), lambda: EPOCH + timedelta(seconds=self.now_s), 65_536)
        self.live = LiveTurn(self.builder)
        self.connections: list[SimulatedConnection] = []
        self._render = renderer(Address("/chats/post", None, CHAT_ID, MESSAGE_ID, ALICE))

    def join(
        self, *, received_opening: bool = False, age_s: float = 60.0, opening_arrives_in: float | None = None
    ) -> SimulatedConnection:
        """Add a connection that was opened `age_s` ago.

        With `received_opening`, it has received `initializeChat` already. With `opening_arrives_in`, from 0
        to 1, `initializeChat` is in flight and arrives after that share of the longest time that a post with
        an unknown outcome may take.
        """
        in_doubt_s = 0.0 if opening_arrives_in is None else self.policy.former_post_s
        outbox = Outbox(
            self.live,
            self._render,
            self.policy,
            cursor=0 if received_opening else None,
            connect_grace_until_s=self.now_s - age_s + self.policy.connect_grace_s,
            jitter=lambda: 0.5,
            not_before_s=self.now_s + in_doubt_s,
        )
        connection = SimulatedConnection(outbox)
        opening = self._render(self.live.snapshot().events[0], self.policy.max_frame_bytes)
        if received_opening:
            connection.received.append(json.loads(opening))
        if opening_arrives_in is not None:
            connection.in_flight.append((self.now_s + in_doubt_s * opening_arrives_in, opening))
        self.connections.append(connection)
        return connection

    def apply(self, event: AgentEvent) -> None:
        """Apply an agent event to the turn."""
        self.live.say(event)

    def end(self, outcome: Outcome) -> ChatView:
        """Close the message, decide the outcome and publish the terminal event."""
        self.live.close("failed" if outcome.kind == "failed" else "completed")
        view = self.live.decide(outcome)
        self.live.end(terminal_event(view.messages[-1], view))
        return view

    def final_payload(self, connection: SimulatedConnection) -> dict[str, object]:
        """Return the payload of `complete` for this connection, whose frame size limit may have shrunk."""
        return json.loads(json.dumps(chat_payload(self.live.view(), connection.smallest_frame_bytes)))

    def step(
        self, connection: SimulatedConnection, results: Iterator[PostResult], latency_s: float = 0.01
    ) -> bool:
        """Post the next frame if one is due, which takes `latency_s`; return whether one was due."""
        connection.receive_in_flight(self.now_s)
        match connection.outbox.next_step(self.now_s):
            case Send(frame=frame):
                delivery, arrives = next(results)
                if len(frame) > self._gateway_bytes:
                    delivery = Delivery.TOO_LARGE
                if delivery is Delivery.ACCEPTED:
                    connection.received.append(json.loads(frame))
                self.now_s += latency_s
                if delivery is Delivery.UNKNOWN and arrives:
                    connection.in_flight.append((self.now_s + self.policy.settle_s, frame))
                if delivery is Delivery.TOO_LARGE and not connection.outbox.counts.terminal_repeats:
                    connection.smallest_frame_bytes = max(
                        connection.smallest_frame_bytes // 2, self.policy.min_frame_bytes
                    )
                connection.outbox.settle(delivery, self.now_s)
                return True
            case Wait() | Finished():
                return False

    def drain(self, results: Iterator[PostResult]) -> None:
        """Advance the clock until every connection has received everything or is gone."""
        while not all(connection.outbox.caught_up for connection in self.connections):
            posted = [self.step(connection, results) for connection in self.connections]
            if not any(posted):
                self.now_s += 0.02
        for connection in self.connections:
            connection.receive_in_flight(float("inf"))
