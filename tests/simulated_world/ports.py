"""The ports of the simulated world: stores that are slow or fail, posts that arrive late or never."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.simulated_world.scheduler import Process, Scheduler
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd
from threadcast.errors import (
    ConnectionGone,
    DeliveryUnknown,
    HandoffFailed,
    PushThrottled,
    StoreUnavailable,
)
from threadcast.ports import AgentTask, Connection, Handoff
from threadcast.ports.agent_events import AgentEvent

__all__ = ["Client", "FaultRates", "FaultyPusher", "FaultyStarter", "FaultyStore", "SlowAgent"]


@dataclass(frozen=True, slots=True)
class FaultRates:
    """The share of calls that each fault befalls, from 0 to 1, and the longest store call in seconds.

    With `late_s` a post may arrive that much later, in seconds, than the use cases assume.
    """

    store: float = 0.0
    post: float = 0.0
    process: float = 0.0
    longest_call_s: float = 60.0
    late_s: float = 0.0


class FaultyStore:
    """Passes calls to a store in memory; each takes a while, and may fail before or after its effect."""

    def __init__(self, store: object, scheduler: Scheduler, rng: random.Random, rates: FaultRates) -> None:
        self._store = store
        self._scheduler = scheduler
        self._rng = rng
        self.rates = rates

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        return lambda *arguments, **options: self._call(method, arguments, options)

    def _call(self, method: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        rng, fault = self._rng, self._rng.random() < self.rates.store
        longest_s = rng.choice((1.0, 6.0, self.rates.longest_call_s)) if fault else 0.02
        self._scheduler.sleep(rng.uniform(0.001, longest_s / 2))
        kind = rng.choice(("slow", "fails", "answer lost")) if fault else "quick"
        if kind == "fails":
            raise StoreUnavailable("simulated")
        result = method(*arguments, **options)
        self._scheduler.sleep(rng.uniform(0.001, longest_s / 2))
        if kind == "answer lost":
            raise StoreUnavailable("simulated")
        return result


@dataclass(eq=False)
class Client:
    """A client's connection: what has arrived, with the times, and which requests it repeated.

    `has_cut_answer` means that a process has ended while it answered a get or a repeated request.
    """

    connection: Connection
    opened_s: float
    closed_s: float = float("inf")
    frames: list[dict[str, Any]] = field(default_factory=list)
    repeated: set[str] = field(default_factory=set)
    has_cut_answer: bool = False

    def cut_answer(self) -> None:
        """Apply that a process has ended before its answer was complete."""
        self.has_cut_answer = True


class FaultyPusher:
    """Posts to clients.

    A post takes up to `post_s`; one of unknown outcome arrives up to `settle_s` after its end, or never.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        rng: random.Random,
        rates: FaultRates,
        post_s: float,
        settle_s: float,
    ) -> None:
        self._scheduler = scheduler
        self._rng = rng
        self.rates = rates
        self._post_s = post_s
        self._settle_s = settle_s
        self._network = Process()
        self.clients: dict[str, Client] = {}

    def push(self, connection: Connection, frame: bytes) -> None:
        rng, client = self._rng, self.clients[connection.id]
        if rng.random() >= self.rates.post:
            self._arrive(client, frame, 0.002)
            self._scheduler.sleep(0.005)
            if client.closed_s <= self._scheduler.time_s:
                raise ConnectionGone(connection.id)
            return
        kind = rng.choice(("slow", "throttled", "lost", "late", "answer lost"))
        took_s = rng.uniform(0.005, self._post_s)
        if kind in {"slow", "answer lost"}:
            self._arrive(client, frame, rng.uniform(0.001, took_s))
        if kind == "late":
            self._arrive(client, frame, rng.uniform(0.001, took_s + self._settle_s + self.rates.late_s))
        self._scheduler.sleep(took_s)
        if kind == "throttled":
            raise PushThrottled(connection.id)
        if kind != "slow":
            raise DeliveryUnknown(connection.id)

    def _arrive(self, client: Client, frame: bytes, after_s: float) -> None:
        def arrive() -> None:
            if self._scheduler.time_s < client.closed_s:
                client.frames.append(json.loads(frame))

        self._scheduler.spawn(self._network, arrive, after_s)


class FaultyStarter:
    """Starts runners by `run`; a start may fail, or its answer may be lost."""

    def __init__(
        self,
        scheduler: Scheduler,
        rng: random.Random,
        rates: FaultRates,
        run: Callable[[Handoff], None],
    ) -> None:
        self._scheduler = scheduler
        self._rng = rng
        self.rates = rates
        self._run = run

    def start(self, handoff: Handoff) -> None:
        self._scheduler.sleep(0.01)
        fault = self._rng.random() < self.rates.process
        if fault and self._rng.random() < 0.5:
            raise HandoffFailed(handoff.message_id)
        if not (fault and self._rng.random() < 0.5):
            self._run(handoff)


class SlowAgent:
    """Answers in a few chunks, with pauses; ends early once it is asked to stop."""

    def __init__(self, scheduler: Scheduler, rng: random.Random) -> None:
        self._scheduler = scheduler
        self._rng = rng

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        for number in range(self._rng.randrange(1, 12)):
            if task.stop.is_set():
                break
            self._scheduler.sleep(self._rng.choice((0.01, 0.1, 1.0, 6.0)))
            yield AnswerDelta("answer", f"{number} ")
        yield AnswerEnd("answer")
