"""Gateways that many tests share: starting one costs more than most tests."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_gateway import Gateway, LambdaSettings, running_gateway

Eventually = Callable[[Callable[[], object]], None]
"""Waits until a claim holds, for 30 seconds at most."""

STACKS = Path(__file__).with_name("stacks")


@pytest.fixture(scope="session")
def behaviour() -> Iterator[Gateway]:
    settings = LambdaSettings(retry_delays_s=(0.05, 0.1))
    with running_gateway(STACKS / "behaviour" / "template.yaml", functions=settings) as gateway:
        yield gateway


@pytest.fixture
def eventually() -> Eventually:
    def wait(claim: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not claim():
            assert time.monotonic() < deadline, "it did not come true within 30 s"
            time.sleep(0.01)

    return wait
