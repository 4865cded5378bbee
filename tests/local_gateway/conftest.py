"""Fixtures: a gateway for the whole session, because starting one takes longer than most tests."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_gateway import Gateway, LambdaSettings, running_gateway

Eventually = Callable[[Callable[[], object]], None]
"""Waits until a condition holds, at most 120 seconds."""

STACKS = Path(__file__).with_name("stacks")


def slept_in(gateway: Gateway, function: str) -> str:
    """Return the id of the process in which the function has slept last."""
    lines = [line.text for line in gateway.logs(function) if line.text.startswith("process ")]
    return lines[-1].removeprefix("process ")


@pytest.fixture(scope="session")
def behaviour() -> Iterator[Gateway]:
    settings = LambdaSettings(retry_delays_s=(0.05, 0.1))
    with running_gateway(STACKS / "behaviour" / "template.yaml", functions=settings) as gateway:
        yield gateway


@pytest.fixture
def eventually() -> Eventually:
    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < deadline, "the condition did not hold within 120 s"
            time.sleep(0.01)

    return wait
