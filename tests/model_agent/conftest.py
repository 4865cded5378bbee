"""Checks that no test leaves a thread running."""

import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("model-")]
    assert left == []


@pytest.fixture(params=["bedrock", "openai"])
def endpoint(request: pytest.FixtureRequest) -> str:
    return str(request.param)
