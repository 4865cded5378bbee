"""Hundreds of concurrent streams in one process, fed by a few threads, over a fake `@connections`."""

import json
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
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
from threadcast.ports import Connection
from threadcast.turns.message.builder import MessageBuilder
from threadcast.turns.message.live_turn import LiveTurn
from threadcast.turns.recovery.close_turn import terminal_event
from threadcast_client import agrees_with, fold_stream, is_terminal

__all__ = ["LoadResult", "streams_at_once"]

FEEDERS = 4
POST_S = 0.015
SETTLING_S = 60.0


@dataclass(frozen=True)
class LoadResult:
    """The results of concurrent streams; `faults` must be empty."""

    tokens: int
    posts: int
    took_s: float
    cpu_s: float
    lags_ms: list[float]
    faults: list[str]


class Stream:
    """One turn with one connection; `taken` are the frames it received, with their times."""

    def __init__(self, closing: ExitStack) -> None:
        now, alice = datetime.now(UTC), Sender(str(uuid.uuid4()), "Alice")
        chat = Chat(str(uuid.uuid4()), "New chat", alice, now, now, next_message_number=2)
        message = Message(str(uuid.uuid4()), chat.id, 1, "Why?", alice, now, now)
        address = Address("/chats/post", None, chat.id, message.id, alice)
        view = ChatView(chat, (message,), Role.OWNER)
        self.live = LiveTurn(MessageBuilder(view, lambda: datetime.now(UTC), 65_536))
        self.taken: list[tuple[float, bytes]] = []
        self.last_said_s = 0.0
        broadcast = Broadcast(
            self.live, renderer(address), self, SystemClock(), StreamPolicy(), lambda _: None
        )
        self.delivery = closing.enter_context(broadcast)
        self.delivery.deliver_to([Connection(f"{message.id}=", alice.id, "http://api", now)])

    def push(self, _connection: Connection, frame: bytes) -> None:
        """Receive a frame after `POST_S`."""
        time.sleep(POST_S)
        self.taken.append((time.perf_counter(), frame))

    def say(self, number: int) -> None:
        """Stream one token."""
        self.live.say(AnswerDelta("answer", f"w{number:05d} "))
        self.last_said_s = time.perf_counter()

    def end(self) -> None:
        """End the turn."""
        self.live.close("completed")
        view = self.live.decide(Outcome("completed"))
        self.live.end(terminal_event(view.messages[-1], view))

    def lag_ms(self, tokens: int) -> float:
        """Return the delay of the last token."""
        last = f"w{tokens - 1:05d}".encode()
        return (next(at for at, frame in self.taken if last in frame) - self.last_said_s) * 1000

    def faults(self) -> list[str]:
        """Return every violation of an invariant by the received frames."""
        frames = [json.loads(frame) for _, frame in self.taken]
        if [is_terminal(frame) for frame in frames] != [False] * (len(frames) - 1) + [True]:
            return ["not one terminal frame at the end"]
        return list(map(str, agrees_with(fold_stream(frames), frames[-1]["payload"])))


def streams_at_once(streams: int, tokens: int, per_s: float) -> LoadResult:
    """Feed concurrent streams, each with `per_s` tokens a second."""
    with ExitStack() as closing:
        all_streams = [Stream(closing) for _ in range(streams)]
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        shares = [all_streams[start::FEEDERS] for start in range(FEEDERS)]
        feeders = [threading.Thread(target=_feed, args=(share, tokens, per_s)) for share in shares]
        for feeder in feeders:
            feeder.start()
        for feeder in feeders:
            feeder.join()
        for stream in all_streams:
            stream.delivery.wait_until_delivered(SETTLING_S)
        took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
        return LoadResult(
            tokens=streams * tokens,
            posts=sum(len(stream.taken) for stream in all_streams),
            took_s=took_s,
            cpu_s=cpu_s,
            lags_ms=[stream.lag_ms(tokens) for stream in all_streams],
            faults=[fault for stream in all_streams for fault in stream.faults()],
        )


def _feed(streams: Sequence[Stream], tokens: int, per_s: float) -> None:
    """Feed each stream's tokens when they are due; the streams are out of phase."""
    began_s = time.perf_counter()
    steps = len(streams) * tokens
    for step in range(steps):
        due_s = began_s + step / (per_s * len(streams))
        if (wait_s := due_s - time.perf_counter()) > 0:
            time.sleep(wait_s)
        number, place = divmod(step, len(streams))
        streams[place].say(number)
        if number == tokens - 1:
            streams[place].end()
