"""Users, functions and faults on simulated time, over the real use cases."""

import random
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Self
from unittest.mock import patch

from tests.simulated_world.ports import (
    Client,
    FaultRates,
    FaultyPusher,
    FaultyStarter,
    FaultyStore,
    SlowAgent,
)
from tests.simulated_world.scheduler import Process, Scheduler
from tests.turns.world import ALICE, ROWS, WIND, asset, memory_chat_ports
from threadcast.adapters.memory import (
    MemoryAssetLibrary,
    MemoryAssetStore,
    MemoryChatStore,
    MemoryConnectionStore,
    MemoryOpenChats,
    MemoryTable,
    MemoryTurnStore,
    MemoryUsageStore,
)
from threadcast.bootstrap.use_cases import UseCases
from threadcast.delivery import broadcast, reader, recorded_turn, store_retry
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.message import ReplyMetadata
from threadcast.errors import ThreadcastError
from threadcast.ports import Connection, Handoff
from threadcast.protocol.routes import CHATS_GET, CHATS_STOP
from threadcast.turns.commands import GetRequest, PostRequest, StopRequest
from threadcast.turns.message import live_turn
from threadcast.turns.opening import open_turn
from threadcast.turns.opening.quota import QuotaLimits
from threadcast.turns.recovery import chat_sender, sweep
from threadcast.turns.request_context import RequestContext
from threadcast.turns.running import agent_runner
from threadcast_client import is_terminal

__all__ = ["SimulatedWorld"]

_POST_S, _RUN_S, _FAILURE_S, _SWEEP_S = 29.0, 120.0, 120.0, 55.0
_SILENCE_S = 2.5
_THREADED = (broadcast, reader, recorded_turn, live_turn, agent_runner)


class _InlineExecutor:
    """A replacement of `ThreadPoolExecutor` that runs each call at once."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future


class OutdatedChats:
    """The ids of the chats that were sent outdated, as the code logs it."""

    def __init__(self) -> None:
        self.chat_ids: set[str] = set()

    def warning(self, _event: str, extra: dict[str, str]) -> None:
        self.chat_ids.add(extra["chat_id"])


class SimulatedWorld:
    """One user with several connections; `run` lets faults happen, then waits until all is quiet."""

    def __init__(self, seed: int, rates: FaultRates, stream: StreamPolicy | None = None) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - no secret
        self.scheduler = Scheduler()
        self.table = MemoryTable()
        self.rates = rates
        MemoryAssetLibrary(self.table).save(asset(WIND, ALICE), ROWS)
        policy = stream or StreamPolicy()
        self.pusher = FaultyPusher(self.scheduler, self._rng, rates, policy.post_s, policy.settle_s)
        self._starter = FaultyStarter(self.scheduler, self._rng, rates, self._start_runner)
        now = self.scheduler.now
        self._stores = {
            "chats": self._faulty(MemoryChatStore(self.table)),
            "turns": self._faulty(MemoryTurnStore(self.table, now)),
            "assets": self._faulty(MemoryAssetStore(self.table)),
            "connections": self._faulty(MemoryConnectionStore(self.table, now)),
            "open_chats": self._faulty(MemoryOpenChats(self.table, now)),
            "usage": self._faulty(MemoryUsageStore(self.table)),
        }
        self.use_cases = UseCases(
            **self._stores,
            chat_ports=memory_chat_ports(self.table, now),
            pusher=self.pusher,
            clock=self.scheduler,
            new_id=lambda: str(uuid.UUID(int=self._rng.getrandbits(128), version=4)),
            agent=lambda: SlowAgent(self.scheduler, self._rng),
            starter=lambda: self._starter,
            limits=QuotaLimits(6000, 1000, 50),
            stream=policy,
        )
        self.outdated = OutdatedChats()
        self._requests: list[tuple[str, PostRequest]] = []

    @property
    def clients(self) -> list[Client]:
        """Every connection that was ever opened."""
        return list(self.pusher.clients.values())

    def run(self, acts: int, faulty_s: float) -> None:
        """Let the user act, with faults for `faulty_s` seconds; then run until two sweeps have ended."""
        with self._simulated_threads():
            for _ in range(2):
                self._connect()
            for _ in range(acts):
                at_s = self._rng.uniform(0.1, faulty_s)
                self.scheduler.spawn(Process(), self._act, at_s)
            self._sweep_every_minute()
            self.scheduler.run_until(faulty_s)
            self._end_faults()
            self.scheduler.run_until(faulty_s + 60 + 2 * _FAILURE_S + 150)
            self.scheduler.close()

    def _faulty(self, store: object) -> Any:
        return FaultyStore(store, self.scheduler, self._rng, self.rates)

    @contextmanager
    def _simulated_threads(self) -> Iterator[None]:
        replacement = self.scheduler.threading()
        patches = [patch.object(module, "threading", replacement) for module in _THREADED]
        patches += [
            patch.object(module, "unpredictable", self._rng) for module in (broadcast, open_turn, store_retry)
        ]
        patches.append(patch.object(chat_sender, "_log", self.outdated))
        patches.append(patch.object(sweep, "ThreadPoolExecutor", _InlineExecutor))
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in patches:
                each.stop()

    def _end_faults(self) -> None:
        for part in (*self._stores.values(), self.pusher, self._starter):
            part.rates = FaultRates()
        self.rates = FaultRates()

    def _connect(self) -> Client:
        at = self.scheduler.now()
        connection = Connection(f"c{len(self.pusher.clients)}", ALICE.id, "http://api", at, has_spoken=True)
        client = Client(connection, self.scheduler.time_s)
        self.pusher.clients[connection.id] = client
        self.table.connections[connection.id] = connection
        return client

    def _disconnect(self, client: Client) -> None:
        client.closed_s = self.scheduler.time_s
        self.table.connections.pop(client.connection.id, None)

    def _act(self) -> None:
        open_ = [each for each in self.clients if each.closed_s == float("inf")]
        kind = self._rng.choice(("post", "post", "post", "post", "repeat", "stop", "get", "join", "leave"))
        if kind == "join" or len(open_) < 2:
            self._connect()
        elif kind == "leave":
            self._disconnect(self._rng.choice(open_))
        else:
            self._request(kind, self._rng.choice(open_))

    def _request(self, kind: str, client: Client) -> None:
        chats = list(self.table.chats)
        if kind == "repeat" and self._requests:
            key, request = self._rng.choice(self._requests)
            client.repeated.add(key)
            self._invoke(lambda left: self._post(request, key, client, left), on_failure=client.cut_answer)
        elif kind == "get" and chats:
            get = GetRequest(self._rng.choice(chats))
            self._invoke(
                lambda left: self.use_cases.dispatcher.dispatch(
                    CHATS_GET, get, self._context("g", client, left)
                ),
                on_failure=client.cut_answer,
            )
        elif kind == "stop" and chats:
            chat_id = self._rng.choice(chats)
            newest = self.table.messages[chat_id][max(self.table.messages[chat_id])]
            stop = StopRequest(chat_id, newest.id)
            self._invoke(
                lambda left: self.use_cases.dispatcher.dispatch(
                    CHATS_STOP, stop, self._context("s", client, left)
                )
            )
        else:
            key, request = f"r{len(self._requests)}", self._new_post(chats)
            self._requests.append((key, request))
            self._invoke(lambda left: self._post(request, key, client, left))
            if self._rng.random() < 0.3:
                self.scheduler.spawn(Process(), lambda: self._insist(request, key, client), _SILENCE_S)

    def _insist(self, request: PostRequest, key: str, client: Client) -> None:
        """Repeat a request, as a client does that has received nothing, until its end arrives."""
        ended = any(is_terminal(frame) and frame.get("request_id") == key for frame in client.frames)
        if not ended and client.closed_s == float("inf"):
            client.repeated.add(key)
            self._invoke(lambda left: self._post(request, key, client, left), on_failure=client.cut_answer)
            self.scheduler.spawn(Process(), lambda: self._insist(request, key, client), _SILENCE_S)

    def _new_post(self, chats: list[str]) -> PostRequest:
        if not chats or self._rng.random() < 0.2:
            return self._rng.choice((PostRequest(asset=WIND), PostRequest("One?")))
        chat_id = self._rng.choice(chats[-2:])
        messages = self.table.messages[chat_id]
        replaced = self._rng.choice(list(messages.values())).id if self._rng.random() < 0.3 else None
        return PostRequest("Next?", chat_id=chat_id, replace_from=replaced)

    def _post(self, request: PostRequest, key: str, client: Client, left: Callable[[], float]) -> None:
        self.use_cases.post_thread.serve(request, self._context(key, client, left))

    def _context(self, key: str, client: Client, left: Callable[[], float]) -> RequestContext:
        echo = ReplyMetadata("/chats/post", key)
        return RequestContext(ALICE, client.connection, echo, key, remaining_s=left)

    def _invoke(
        self,
        handle: Callable[[Callable[[], float]], object],
        limit_s: float = _POST_S,
        on_failure: Callable[[], None] = lambda: None,
        delay_s: float = 0.0,
    ) -> None:
        """Run a function's invocation in a process of its own, which may freeze or die at any step."""
        process, scheduler = Process(), self.scheduler
        end_s = scheduler.time_s + delay_s + limit_s
        done: list[bool] = []

        def run() -> None:
            try:
                handle(lambda: end_s - scheduler.time_s)
            except ThreadcastError:
                on_failure()
            done.append(True)

        def die() -> None:
            if not done and not process.is_dead:
                process.is_dead = True
                on_failure()

        scheduler.spawn(process, run, delay_s)
        scheduler.spawn(Process(), die, delay_s + limit_s)
        if self._rng.random() < self.rates.process:
            at_s = delay_s + self._rng.expovariate(1)
            if self._rng.random() < 0.5:
                scheduler.spawn(Process(), die, at_s)
            else:
                until_s = scheduler.time_s + at_s + self._rng.choice((0.5, 3.0, 10.0, 40.0))
                scheduler.spawn(Process(), lambda: process.freeze(until_s), at_s)

    def _start_runner(self, handoff: Handoff) -> None:
        def run(left: Callable[[], float]) -> None:
            self.use_cases.handoff_runner.run(handoff, left)

        def fail() -> None:
            if self._rng.random() >= self.rates.process:
                self._invoke(
                    lambda left: self.use_cases.failure_handler.handle(handoff, left), _FAILURE_S, delay_s=0.5
                )

        self._invoke(run, _RUN_S, fail, delay_s=self._rng.uniform(0.05, 0.5))

    def _sweep_every_minute(self) -> None:
        def sweep_once() -> None:
            self._invoke(self.use_cases.sweeper.sweep, _SWEEP_S)
            self.scheduler.spawn(Process(), sweep_once, 60.0)

        self.scheduler.spawn(Process(), sweep_once, 60.0)
