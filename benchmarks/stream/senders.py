"""Streams one answer with Threadcast, and with a sender that posts every token, at the same pace."""

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.fakes import renderer
from threadcast.adapters.system_clock import SystemClock
from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.access import Role
from threadcast.domain.address import Address
from threadcast.domain.chat import Chat, ChatView
from threadcast.domain.message import Message, Outcome, Sender
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.ports import Connection, Pusher
from threadcast.ports.push import MAX_FRAME_BYTES
from threadcast.turns.message.builder import MessageBuilder
from threadcast.turns.message.live_turn import LiveTurn
from threadcast.turns.recovery.close_turn import terminal_event

__all__ = [
    "PART",
    "Measured",
    "connections",
    "live_turn",
    "pacing_cpu_s",
    "post_every_token",
    "stream",
    "word",
]

PART = "answer"
SETTLING_S = 120.0


@dataclass(frozen=True)
class Measured:
    """The time of the last token, the number of posts, the CPU time of this process, the duration."""

    last_said_s: float
    posts: int
    cpu_s: float
    took_s: float


def word(number: int) -> str:
    """Return a token that can be found in any frame."""
    return f"w{number:05d} "


def connections(count: int) -> tuple[Connection, ...]:
    """Return `count` open connections of one user."""
    now = datetime.now(UTC)
    return tuple(Connection(f"connection-{number}=", "user", "http://api", now) for number in range(count))


def live_turn() -> tuple[LiveTurn, Address]:
    """Return a turn that has just been opened."""
    now, alice = datetime.now(UTC), Sender(str(uuid.uuid4()), "Alice")
    chat = Chat(str(uuid.uuid4()), "New chat", alice, now, now, next_message_number=2)
    message = Message(str(uuid.uuid4()), chat.id, 1, "Why?", alice, now, now)
    view = ChatView(chat, (message,), Role.OWNER)
    address = Address("/chats/post", str(uuid.uuid4()), chat.id, message.id, alice)
    return LiveTurn(MessageBuilder(view, lambda: datetime.now(UTC), 65_536)), address


def stream(
    tokens: int, per_s: float, pusher: Pusher, audience: Sequence[Connection], policy: StreamPolicy
) -> Measured:
    """Stream an answer as `run_turn` does."""
    live, address = live_turn()
    render = renderer(address)
    with Broadcast(live, lambda _: render, pusher, SystemClock(), policy, lambda _: None) as delivery:
        delivery.deliver_to(audience, up_to_date=frozenset(connection.id for connection in audience))
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        for number in _paced(tokens, per_s):
            live.say(AnswerDelta(PART, word(number)))
        last_said_s = time.perf_counter()
        live.close("completed")
        view = live.decide(Outcome("completed"))
        live.end(terminal_event(view.messages[-1], view))
        delivery.wait_until_delivered(SETTLING_S)
        took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
        return Measured(last_said_s, delivery.counts().posts, cpu_s, took_s)


def post_every_token(tokens: int, per_s: float, pusher: Pusher, audience: Sequence[Connection]) -> Measured:
    """Post each token by itself, with one thread for each connection as Threadcast has."""
    _, address = live_turn()
    render = renderer(address)
    queue: list[bytes] = []
    changed = threading.Condition()

    def carry(connection: Connection) -> None:
        for number in range(tokens):
            with changed:
                changed.wait_for(lambda number=number: len(queue) > number)
            pusher.push(connection, queue[number])

    threads = [threading.Thread(target=carry, args=(connection,)) for connection in audience]
    for thread in threads:
        thread.start()
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    for number in _paced(tokens, per_s):
        frame = render(AnswerDelta(PART, word(number)), MAX_FRAME_BYTES)
        with changed:
            queue.append(frame)
            changed.notify_all()
    last_said_s = time.perf_counter()
    for thread in threads:
        thread.join()
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    return Measured(last_said_s, tokens * len(audience), cpu_s, took_s)


def pacing_cpu_s(tokens: int, per_s: float) -> float:
    """Return the CPU time of the benchmark's own clock."""
    began_cpu_s = time.process_time()
    for _ in _paced(tokens, per_s):
        pass
    return time.process_time() - began_cpu_s


def _paced(tokens: int, per_s: float) -> Iterator[int]:
    """Yield the tokens' numbers, each when it is due."""
    began_s = time.perf_counter()
    for number in range(tokens):
        late_s = time.perf_counter() - began_s - number / per_s
        if late_s < 0:
            time.sleep(-late_s)
        yield number
