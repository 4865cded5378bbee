"""Chats in a world of stores in memory, and requests about them as clients send them."""

import json
import uuid
from typing import Any

from tests.fuzz.requests import LIMITS
from tests.turns.world import ALICE, World
from threadcast.domain.access import Principal, Role
from threadcast.domain.user import User
from threadcast.entrypoints.connection_event import MessageEvent
from threadcast.ports import Connection
from threadcast.turns.commands import PostRequest

__all__ = ["Conversations"]


class Conversations:
    """A world in which users post and ask; every user has one connection."""

    def __init__(self, **world: Any) -> None:
        self.world = World(limits=LIMITS, **world)
        self._connections: dict[str, Connection] = {}

    def connection(self, user: User) -> Connection:
        """Return the user's connection."""
        if user.id not in self._connections:
            self._connections[user.id] = self.world.connect(user)
        return self._connections[user.id]

    def chat(self, *prompts: str, user: User = ALICE, **target: Any) -> str:
        """Have the user start a chat with these prompts; return its id."""
        known = set(self.world.table.chats)
        first, *others = prompts
        self.world.ask(PostRequest(prompt=first, **target), self.connection(user), user)
        (chat_id,) = set(self.world.table.chats) - known
        for prompt in others:
            self.world.ask(PostRequest(prompt=prompt, chat_id=chat_id), self.connection(user), user)
        return chat_id

    def message_ids(self, chat_id: str) -> list[str]:
        """Return the ids of a chat's messages."""
        return [message.id for message in self.world.table.messages[chat_id].values()]

    def grant(self, chat_id: str, principal: Principal, role: Role) -> None:
        """Grant a role on a chat."""
        self.world.table.chat_roles.setdefault(chat_id, {})[principal] = role

    def send(self, route: str, payload: Any, user: User = ALICE, request_id: str | None = None) -> Any:
        """Send a request; return the one frame that answers it."""
        connection, number = self.connection(user), uuid.uuid4().hex
        before = len(self.world.pusher.received(connection))
        body = json.dumps({"route": route, "payload": payload, "request_id": request_id})
        now = self.world.clock.now()
        event = MessageEvent(connection, user, number, number, "$default", now, body)
        self.world.use_cases.messages.answer(event, lambda: 20)
        (frame,) = self.world.pusher.received(connection)[before:]
        return frame

    def ask(self, route: str, payload: Any, user: User = ALICE, request_id: str | None = None) -> Any:
        """Send a request; return the payload of its answer, which is not an error."""
        frame = self.send(route, payload, user, request_id)
        assert frame["error"] is None, frame
        return frame["payload"]
