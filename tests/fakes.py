"""Doubles that record or follow a script; fakes that users need too ship as adapters."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from threadcast.ports import AgentTask, Connection
from threadcast.ports.agent_events import AgentEvent

__all__ = ["Pause", "RecordingPusher", "ScriptedAgent"]


@dataclass
class Pause:
    """A place in an agent's script: it says so, then waits until the test lets it go on, or stop."""

    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


class ScriptedAgent:
    """Says what its script holds, raises the errors in it, waits at its pauses; remembers its tasks."""

    def __init__(self, *script: AgentEvent | Exception | Pause) -> None:
        self._script = script
        self.tasks: list[AgentTask] = []

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        self.tasks.append(task)
        for line in self._script:
            if isinstance(line, Exception):
                raise line
            if isinstance(line, Pause):
                line.reached.set()
                while not line.go_on.wait(0.01):
                    if task.stop.is_set():
                        return
            else:
                yield line


class RecordingPusher:
    """Keeps every frame by connection, in order; `weather` may raise a `PushError` before one is taken."""

    def __init__(self, weather: Callable[[Connection], None] = lambda _connection: None) -> None:
        self._weather = weather
        self._news = threading.Condition()
        self.frames: dict[str, list[dict[str, Any]]] = {}

    def push(self, connection: Connection, frame: bytes) -> None:
        self._weather(connection)
        with self._news:
            self.frames.setdefault(connection.id, []).append(json.loads(frame))
            self._news.notify_all()

    def heard(self, connection: Connection) -> list[dict[str, Any]]:
        return self.frames.get(connection.id, [])

    def events(self, connection: Connection) -> list[str]:
        """The names of the frames' events, in order, chunks of the same text told once."""
        names: list[str] = []
        for frame in self.heard(connection):
            if not names or names[-1] != frame["event"]:
                names.append(frame["event"])
        return names

    def wait_for(self, connection: Connection, event: str, timeout_s: float = 5) -> dict[str, Any]:
        """The first frame of that event; fails if it does not come in time."""
        with self._news:
            assert self._news.wait_for(lambda: self._find(connection, event) is not None, timeout_s), event
            found = self._find(connection, event)
        assert found is not None
        return found

    def _find(self, connection: Connection, event: str) -> dict[str, Any] | None:
        return next((frame for frame in self.heard(connection) if frame["event"] == event), None)
