"""No test here leaves this machine, and none leaves a thread behind."""

import threading
from collections.abc import Iterator

import pytest

from tests.model_agent.network import only_this_machine


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    with only_this_machine():
        yield


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("model-")]
    assert left == []


@pytest.fixture(params=["bedrock", "openai"])
def endpoint(request: pytest.FixtureRequest) -> str:
    return str(request.param)
