"""The records of a fault-injection run: connections with their frames, turns with their users' acts."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from tests.e2e.invariants import Frame
from tests.e2e.local_stack import Person
from threadcast_client import Connection, is_terminal

__all__ = ["Kind", "RecordedConnection", "RequestedTurn", "is_refusal"]

Kind = Literal["asset", "asset and prompt", "prompt", "follow-up", "replace"]


def is_refusal(frame: Frame) -> bool:
    """Whether a frame says that no turn was opened; the error of an opened turn names its message."""
    return frame.get("error") is not None and "message_id" not in frame["error"]


@dataclass(eq=False)
class RecordedConnection:
    """One WebSocket from its handshake to its end. `duplicates` counts duplicate requests by request id."""

    connection: Connection
    opened_at: datetime
    duplicates: dict[str, int] = field(default_factory=dict)

    @classmethod
    async def open(cls, person: Person) -> "RecordedConnection":
        """Connect; raises what the client raises."""
        connection = person.connect()
        await connection.open()
        return cls(connection, datetime.now(UTC))

    @property
    def is_open(self) -> bool:
        """Whether frames can still arrive."""
        return self.connection.is_open

    def frames_of(self, turn: "RequestedTurn") -> list[Frame]:
        """Return the frames of one turn, in order; of a request that opened none, its refusals."""
        frames = [frame for frame in self.connection.frames if frame.get("request_id") == turn.request_id]
        return frames if turn.message_id is None else [frame for frame in frames if not is_refusal(frame)]

    def refusals(self, turn: "RequestedTurn") -> int:
        """Return how many refusals of a request arrived here; one that was posted again counts once."""
        frames = [frame for frame in self.connection.frames if frame.get("request_id") == turn.request_id]
        errors = [frame["error"] for frame in frames if is_refusal(frame)]
        named = {error["reference_id"] for error in errors if error.get("reference_id")}
        return len(named) + sum(not error.get("reference_id") for error in errors)

    def summary(self) -> str:
        """Return the events of all frames, consecutive ones of the same event and request once."""
        names = [
            f"{frame.get('event')} {str(frame.get('request_id'))[:8]}" for frame in self.connection.frames
        ]
        return ", ".join(name for name, _ in itertools.groupby(names))

    def shows_end_in_a_later_turn(self, turn: "RequestedTurn", message: Frame) -> bool:
        """Whether a later turn's `initializeChat` here has this turn's message completed, or replaced."""
        return any(
            newest["created_at"] > message["created_at"] and found.get(message["id"], message)["is_completed"]
            for newest, found in self._initial_chats(turn.chat_id)
        )

    def _initial_chats(self, chat_id: str | None) -> Iterator[tuple[Frame, dict[str, Frame]]]:
        for frame in self.connection.frames:
            chat = frame.get("payload") if frame.get("event") == "initializeChat" else None
            if chat and chat["id"] == chat_id:
                yield chat["messages"][chat["message_ids"][-1]], chat["messages"]

    def has_terminal(self, turn: "RequestedTurn") -> bool:
        """Whether the turn's terminal frame has arrived."""
        return any(map(is_terminal, self.frames_of(turn)))

    async def request(self, turn: "RequestedTurn", *, is_duplicate: bool = False) -> None:
        """Send a turn's request, for the first time or as a duplicate."""
        self.duplicates[turn.request_id] = self.duplicates.get(turn.request_id, 0) + is_duplicate
        await self.connection.request("/chats/post", turn.payload, request_id=turn.request_id)


@dataclass(eq=False)
class RequestedTurn:
    """One requested turn, what users did during it (`acts`), and all connections of its user."""

    request_id: str
    kind: Kind
    payload: dict[str, Any]
    acts: list[str] = field(default_factory=list)
    connections: list[RecordedConnection] = field(default_factory=list)
    replaces: "RequestedTurn | None" = None
    timed_out: bool = False

    def terminals(self) -> list[Frame]:
        """Return its terminal frames, of all connections."""
        return [frame for each in self.connections for frame in each.frames_of(self) if is_terminal(frame)]

    @property
    def chat_id(self) -> str | None:
        """The chat, once a connection has received `initializeChat`."""
        return self._initial_chat()["id"] if self._initial_chat() else None

    @property
    def message_id(self) -> str | None:
        """The message, once a connection has received `initializeChat`."""
        return self._initial_chat()["message_ids"][-1] if self._initial_chat() else None

    def _initial_chat(self) -> Frame:
        found = (
            frame["payload"]
            for each in self.connections
            for frame in each.connection.frames
            if frame.get("request_id") == self.request_id and frame["event"] == "initializeChat"
        )
        return next(found, {})
