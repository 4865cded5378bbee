"""A fault-injection run: concurrent scenarios with faults, in rounds; the table is emptied after each."""

import asyncio
import http.client
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from tests.e2e.local_stack import ROOT, Stack, running_stack, samples
from tests.fault_injection.fault_injector import FaultInjector
from tests.fault_injection.faulty_store import FAULT_INJECTION_PATH
from tests.fault_injection.report import Report
from tests.fault_injection.scenarios import Scenario
from threadcast.domain.access import Grant, Principal, Role

__all__ = ["RunParameters", "run_fault_injection"]

PARAMETERS: Final = {
    "AnalystPaceMs": "8",
    "LeaseSeconds": "15",
    "TurnsPerMinute": "6000",
    "TurnBurst": "1000",
    "ConcurrentTurns": "10",
    "MessagesPerMinute": "60000",
    "MessageBurst": "10000",
}
SWEEP_TIMEOUT_S: Final = 300
"""Twice the time within which a sweep closes a turn on AWS, for an overloaded machine."""

LEASE_EXPIRY_S: Final = 20
"""How long the users of a killed process may wait: its lease of 15 s, and the failure handler."""


@dataclass(frozen=True)
class RunParameters:
    """The size of a run. Processes are killed every `kill_every` turns, at least once a round."""

    turns: int = 3000
    seed: int = 1
    round_turns: int = 200
    concurrent_users: int = 6
    kill_every: int = 60
    injects_faults: bool = True


def run_fault_injection(
    parameters: RunParameters, after_round: Callable[[Report], None] = lambda _: None
) -> Report:
    """Run everything on a stack of its own; `after_round` receives the report so far after each round."""
    report = Report(parameters.seed)
    with (
        _faulty_store(parameters.seed) as endpoint,
        running_stack(PARAMETERS, dynamodb_endpoint=endpoint) as stack,
    ):
        organization_id = str(uuid4())
        for file in samples().values():
            stack.library.grant(file.asset.id, Grant(Principal("org", organization_id), Role.CAN_VIEW))
        while report.turns < parameters.turns:
            turns = min(parameters.round_turns, parameters.turns - report.turns)
            _Round(parameters, stack, endpoint, organization_id, report).play(turns)
            after_round(report)
    return report


class _Round:
    def __init__(
        self, parameters: RunParameters, stack: Stack, endpoint: str, organization_id: str, report: Report
    ) -> None:
        self._parameters = parameters
        self._stack = stack
        self._endpoint = endpoint
        self._organization_id = organization_id
        self._report = report
        self._rng = random.Random(f"{parameters.seed}/{report.turns}")  # noqa: S311 - dice
        self._injector = FaultInjector(stack.gateway, self._rng)
        self._free = asyncio.Semaphore(parameters.concurrent_users)
        self._begun = 0

    def play(self, turns: int) -> None:
        """Run so many turns, then check what is left in the table and empty it."""
        began_s = time.monotonic()
        _switch_faults(self._endpoint, on=self._parameters.injects_faults)
        try:
            asyncio.run(self._play(turns))
        finally:
            _switch_faults(self._endpoint, on=False)
        self._report.add_faults(self._injector.armed, time.monotonic() - began_s)
        self._wait_for_the_sweep()
        self._report.add_leftovers(self._stack.items())
        self._stack.empty()

    def _wait_for_the_sweep(self) -> None:
        """Wait until no turn runs: after the faults, a sweep ends every turn that nothing else ends."""
        deadline_s = time.monotonic() + SWEEP_TIMEOUT_S
        while time.monotonic() < deadline_s and any(
            "running_turn" in item for item in self._stack.items().values()
        ):
            time.sleep(1)

    async def _play(self, turns: int) -> None:
        injects_faults = self._parameters.injects_faults
        every = min(self._parameters.kill_every, turns)
        faults = self._injector.failing_posts() if injects_faults else nullcontext()
        async with faults, asyncio.TaskGroup() as scenarios:
            while self._begun < turns:
                await self._free.acquire()
                length = min(self._rng.randint(1, 4), turns - self._begun)
                former, self._begun = self._begun, self._begun + length
                scenarios.create_task(self._play_scenario(length))
                if injects_faults and (former + every // 2) // every != (self._begun + every // 2) // every:
                    scenarios.create_task(self._kill_soon())

    async def _play_scenario(self, turns: int) -> None:
        person = self._stack.new_person(sees=(), organization_id=self._organization_id)
        rng = random.Random(self._rng.random())  # noqa: S311 - dice
        scenario = Scenario(person, rng, self._report.timings)
        try:
            await scenario.play(turns)
        except Exception as error:  # noqa: BLE001 - reported with the rest; the other scenarios go on
            self._report.violations.append(f"a scenario failed: {error!r}")
        finally:
            self._report.add(scenario.checks, self._stack.logs)
            self._report.add_out_of_order_ends(scenario.out_of_order, self._stack.logs)
            self._free.release()

    async def _kill_soon(self) -> None:
        """Kill a function's processes, and run further scenarios while their turns' leases expire."""
        await asyncio.sleep(self._rng.uniform(0.2, 1))
        self._injector.kill()
        for _ in range(self._parameters.concurrent_users):
            self._free.release()
        await asyncio.sleep(LEASE_EXPIRY_S)
        for _ in range(self._parameters.concurrent_users):
            await self._free.acquire()


@contextmanager
def _faulty_store(seed: int) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.fault_injection.faulty_store", str(seed)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def _switch_faults(endpoint: str, *, on: bool) -> None:
    with closing(http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=60)) as connection:
        connection.request("POST", FAULT_INJECTION_PATH, "on" if on else "off")
        connection.getresponse().read()
