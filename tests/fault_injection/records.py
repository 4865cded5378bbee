"""What a chaos run remembers: sockets with all they heard, turns with all that was done to them."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from tests.e2e.invariants import Frame
from tests.e2e.local_stack import Person
from threadcast_client import Connection, is_terminal

__all__ = ["Asked", "Kind", "Tab", "is_refusal"]

Kind = Literal["asset", "asset and prompt", "prompt", "follow-up", "replace"]


def is_refusal(frame: Frame) -> bool:
    """Whether a frame says that no turn was opened; a turn's own failure names its message."""
    return frame.get("error") is not None and "message_id" not in frame["error"]


@dataclass(eq=False)
class Tab:
    """One socket from its handshake to its end; whoever reconnects opens another."""

    connection: Connection
    opened_at: datetime
    resends: dict[str, int] = field(default_factory=dict)

    @classmethod
    async def open(cls, person: Person) -> "Tab":
        """Connect; raises what the client raises."""
        connection = person.connect()
        await connection.open()
        return cls(connection, datetime.now(UTC))

    @property
    def is_open(self) -> bool:
        """Whether frames can still come."""
        return self.connection.is_open

    def heard(self, asked: "Asked") -> list[Frame]:
        """All that came of one turn, in order; a request that never opened one has its refusals."""
        frames = [frame for frame in self.connection.frames if frame.get("request_id") == asked.request_id]
        return frames if asked.message_id is None else [frame for frame in frames if not is_refusal(frame)]

    def refusals(self, asked: "Asked") -> int:
        """How often a request was refused here: once for each time it was asked, at most."""
        frames = [frame for frame in self.connection.frames if frame.get("request_id") == asked.request_id]
        return sum(map(is_refusal, frames))

    def story(self) -> str:
        """Everything that came here, each run of frames of one request told once."""
        names = [
            f"{frame.get('event')} {str(frame.get('request_id'))[:8]}" for frame in self.connection.frames
        ]
        return ", ".join(name for name, _ in itertools.groupby(names))

    def heard_of_the_end_later(self, asked: "Asked", message: Frame) -> bool:
        """Whether a later turn of the chat began here with this one's message over, or replaced."""
        return any(
            newest["created_at"] > message["created_at"] and told.get(message["id"], message)["is_completed"]
            for newest, told in self._beginnings(asked.chat_id)
        )

    def _beginnings(self, chat_id: str | None) -> Iterator[tuple[Frame, dict[str, Frame]]]:
        for frame in self.connection.frames:
            chat = frame.get("payload") if frame.get("event") == "initializeChat" else None
            if chat and chat["id"] == chat_id:
                yield chat["messages"][chat["message_ids"][-1]], chat["messages"]

    def has_terminal(self, asked: "Asked") -> bool:
        """Whether the turn's last frame has come."""
        return any(map(is_terminal, self.heard(asked)))

    async def ask(self, asked: "Asked", *, again: bool = False) -> None:
        """Send a request, for the first time or, from whatever tab, once more."""
        self.resends[asked.request_id] = self.resends.get(asked.request_id, 0) + again
        await self.connection.request("/chats/post", asked.payload, request_id=asked.request_id)


@dataclass(eq=False)
class Asked:
    """One turn that was asked for, and what happened to it meanwhile."""

    request_id: str
    kind: Kind
    payload: dict[str, Any]
    acts: list[str] = field(default_factory=list)
    tabs: list[Tab] = field(default_factory=list)
    replaces: "Asked | None" = None
    never_over: bool = False

    def terminals(self) -> list[Frame]:
        """Every last frame of it, on whatever tab."""
        return [frame for tab in self.tabs for frame in tab.heard(self) if is_terminal(frame)]

    @property
    def chat_id(self) -> str | None:
        """The chat, once a tab heard of it."""
        return self._opening()["id"] if self._opening() else None

    @property
    def message_id(self) -> str | None:
        """The message, once a tab heard of it."""
        return self._opening()["message_ids"][-1] if self._opening() else None

    def _opening(self) -> Frame:
        openings = (
            frame["payload"]
            for tab in self.tabs
            for frame in tab.connection.frames
            if frame.get("request_id") == self.request_id and frame["event"] == "initializeChat"
        )
        return next(openings, {})
