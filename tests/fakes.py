"""Fakes that record calls or follow a script; fakes that users need too are adapters."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from threadcast.delivery.outbox.outbox import Renderer
from threadcast.domain.address import Address
from threadcast.ports import AgentTask, Connection
from threadcast.ports.agent_events import AgentEvent
from threadcast.protocol.frame_encoder import JsonFrameEncoder

__all__ = ["Pause", "RecordingPusher", "ScriptedAgent", "renderer"]


@dataclass
class Pause:
    """A pause in an agent's script: sets `reached`, then waits for `go_on` or for the task's stop."""

    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


class ScriptedAgent:
    """Yields the events of its script, raises its errors, waits at its pauses, and records its tasks."""

    def __init__(self, *script: AgentEvent | Exception | Pause) -> None:
        self._script = script
        self.tasks: list[AgentTask] = []

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        self.tasks.append(task)
        for step in self._script:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Pause):
                step.reached.set()
                while not step.go_on.wait(0.01):
                    if task.stop.is_set():
                        return
            else:
                yield step


class RecordingPusher:
    """Records frames by connection, in order; `before_push` may raise a `PushError` instead."""

    def __init__(self, before_push: Callable[[Connection], None] = lambda _connection: None) -> None:
        self._before_push = before_push
        self._changed = threading.Condition()
        self.frames: dict[str, list[dict[str, Any]]] = {}

    def push(self, connection: Connection, frame: bytes) -> None:
        self._before_push(connection)
        with self._changed:
            self.frames.setdefault(connection.id, []).append(json.loads(frame))
            self._changed.notify_all()

    def received(self, connection: Connection) -> list[dict[str, Any]]:
        return self.frames.get(connection.id, [])

    def events(self, connection: Connection) -> list[str]:
        """Return the events of the frames, in order, without consecutive repeats."""
        names: list[str] = []
        for frame in self.received(connection):
            if not names or names[-1] != frame["event"]:
                names.append(frame["event"])
        return names

    def wait_for(self, connection: Connection, event: str, timeout_s: float = 30) -> dict[str, Any]:
        """Return the first frame of an event; fail if none arrives within `timeout_s`."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._find(connection, event) is not None, timeout_s), event
            found = self._find(connection, event)
        assert found is not None
        return found

    def _find(self, connection: Connection, event: str) -> dict[str, Any] | None:
        return next((frame for frame in self.received(connection) if frame["event"] == event), None)


def renderer(address: Address) -> Renderer:
    """Return the function that makes the frames of one turn."""
    return lambda event, max_bytes: JsonFrameEncoder().turn_event(event, address, max_bytes)
