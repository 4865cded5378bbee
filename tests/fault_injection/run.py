"""A chaos run: sessions side by side in foul weather, in rounds; between rounds the table is emptied."""

import asyncio
import http.client
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from uuid import uuid4

from tests.e2e.local_stack import ROOT, Stack, running_stack, samples
from tests.fault_injection.fault_injector import FaultPlan
from tests.fault_injection.report import Report
from tests.fault_injection.scenarios import Session
from threadcast.domain.access import Grant, Principal, Role

__all__ = ["Plan", "chaos"]

PARAMETERS = {
    "AnalystPaceMs": "8",
    "LeaseSeconds": "15",
    "TurnsPerMinute": "6000",
    "TurnBurst": "1000",
    "ConcurrentTurns": "10",
}


@dataclass(frozen=True)
class Plan:
    """How much chaos: `kill_every` turns a function's processes are killed, at least once a round."""

    turns: int = 3000
    seed: int = 1
    round_turns: int = 200
    at_once: int = 6
    kill_every: int = 60
    foul: bool = True


def chaos(plan: Plan, after_round: Callable[[Report], None] = lambda _: None) -> Report:
    """Run it all on a stack of its own and say what came of it; `after_round` hears what did so far."""
    report = Report(plan.seed)
    with _foul_store(plan.seed) as endpoint, running_stack(PARAMETERS, dynamodb_endpoint=endpoint) as stack:
        everybody = str(uuid4())
        for file in samples().values():
            stack.library.grant(file.asset.id, Grant(Principal("org", everybody), Role.CAN_VIEW))
        while report.turns < plan.turns:
            turns = min(plan.round_turns, plan.turns - report.turns)
            _Round(plan, stack, endpoint, everybody, report).play(turns)
            after_round(report)
    return report


class _Round:
    def __init__(self, plan: Plan, stack: Stack, endpoint: str, everybody: str, report: Report) -> None:
        self._plan = plan
        self._stack = stack
        self._endpoint = endpoint
        self._everybody = everybody
        self._report = report
        self._rng = random.Random(f"{plan.seed}/{report.turns}")  # noqa: S311 - dice
        self._weather = FaultPlan(stack.gateway, self._rng)
        self._free = asyncio.Semaphore(plan.at_once)
        self._begun = 0

    def play(self, turns: int) -> None:
        """Take so many turns, then look at what is left in the table and empty it."""
        began_s = time.monotonic()
        _set_weather(self._endpoint, "foul" if self._plan.foul else "fine")
        try:
            asyncio.run(self._play(turns))
        finally:
            _set_weather(self._endpoint, "fine")
        self._report.add_weather(self._weather.armed, time.monotonic() - began_s)
        self._report.add_leftovers(self._stack.items())
        self._stack.empty()

    async def _play(self, turns: int) -> None:
        weather = self._weather.foul() if self._plan.foul else nullcontext()
        async with weather, asyncio.TaskGroup() as sessions:
            while self._begun < turns:
                await self._free.acquire()
                length = min(self._rng.randint(1, 4), turns - self._begun)
                former, self._begun = self._begun, self._begun + length
                sessions.create_task(self._session(length))
                every = min(self._plan.kill_every, turns)
                if self._plan.foul and (former + every // 2) // every != (self._begun + every // 2) // every:
                    sessions.create_task(self._kill_soon())

    async def _session(self, turns: int) -> None:
        person = self._stack.new_person(sees=(), organization_id=self._everybody)
        rng = random.Random(self._rng.random())  # noqa: S311 - dice
        session = Session(person, rng, self._report.timings)
        try:
            await session.play(turns)
        except Exception as error:  # noqa: BLE001 - told with the rest; the other sessions go on
            self._report.exceptions.append(f"a session broke off: {error!r}")
        finally:
            self._report.add(session.verdicts, self._stack.logs)
            self._report.add_disorders(session.disorders, self._stack.logs)
            self._free.release()

    async def _kill_soon(self) -> None:
        """Those who lost their turn wait for a lease to lapse: let others begin meanwhile."""
        await asyncio.sleep(self._rng.uniform(0.2, 1))
        self._weather.kill()
        for _ in range(self._plan.at_once):
            self._free.release()
        await asyncio.sleep(20)
        for _ in range(self._plan.at_once):
            await self._free.acquire()


@contextmanager
def _foul_store(seed: int) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.fault_injection.faulty_store", str(seed)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def _set_weather(endpoint: str, weather: str) -> None:
    with closing(http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=10)) as connection:
        connection.request("POST", "/weather", weather)
        connection.getresponse().read()
