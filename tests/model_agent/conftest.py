"""Checks that no test leaves a thread or a query process running."""

import threading
from collections.abc import Iterator

import pytest

from threadcast.assets.query import sandbox
from threadcast.assets.query.engine_process import EngineProcess


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("model-")]
    assert left == []


@pytest.fixture(autouse=True)
def _no_query_process_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    started: list[EngineProcess] = []

    class Started(EngineProcess):
        def __init__(self) -> None:
            super().__init__()
            started.append(self)

    monkeypatch.setattr(sandbox, "EngineProcess", Started)
    yield
    assert [process for process in started if process.exit_code is None] == []


@pytest.fixture(params=["bedrock", "openai"])
def endpoint(request: pytest.FixtureRequest) -> str:
    return str(request.param)
