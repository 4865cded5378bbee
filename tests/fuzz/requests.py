"""Messages of a client: each gets a valid frame, no internal error, and a refused one writes nothing."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.fakes import ScriptedAgent
from tests.fuzz.json_values import json_values, texts
from tests.fuzz.target import Target
from tests.turns.world import ALICE, BOB, HELLO, SECRET, WIND, World
from threadcast.assets.kinds import type_names
from threadcast.domain.user import User
from threadcast.entrypoints.connection_event import MessageEvent
from threadcast.ports import Connection
from threadcast.protocol.routes import ROUTES
from threadcast.turns.commands import PostRequest
from threadcast.turns.opening.quota import QuotaLimits
from threadcast_client import check_frame

__all__ = ["REQUESTS", "MessageWorld"]

PRIVATE = "Zanzibar-7731"
"""A word of Alice's chat, which no other user may receive."""

LIMITS = QuotaLimits(1e6, 1_000_000, 3, 1e6, 1_000_000)
_MESSAGES_OF_A_WORLD = 300
_IDS = ("{alices_chat}", "{alices_message}", "{bobs_chat}", WIND.id, SECRET.id, WIND.id.upper(), ALICE.id)
_FIELDS = (
    *("id", "prompt", "chat_id", "message_id", "asset_id", "asset_type", "metric_id", "dashboard_id"),
    *("user_id", "organization_id", "title", "is_favorited", "query", "feedback", "comment"),
    *("page_token", "page_size", "cursor", "version_number"),
)
_TYPES = tuple(type_names())

_values = st.sampled_from([*_IDS, *_TYPES]) | st.sampled_from(["Why?", "", " ", "\x00"]) | json_values
_objects = st.dictionaries(st.sampled_from(_FIELDS) | texts, _values, max_size=4)
_payloads = _objects | st.lists(_objects, max_size=2) | json_values
_envelopes = st.fixed_dictionaries(
    {"route": st.sampled_from([*ROUTES]) | texts, "payload": _payloads},
    optional={"request_id": st.sampled_from(["r1", "r2"]) | json_values},
)
_bodies = _envelopes.map(json.dumps) | json_values.map(json.dumps) | texts
_messages = st.tuples(st.sampled_from([ALICE, BOB]), _bodies)


@dataclass
class MessageWorld:
    """The use cases over stores in memory, with a chat of Alice and one of Bob."""

    world: World = field(default_factory=lambda: World(agent=ScriptedAgent(*HELLO), limits=LIMITS))

    def __post_init__(self) -> None:
        self.connections = {user.id: self.world.connect(user) for user in (ALICE, BOB)}
        self.ids: dict[str, str] = {}
        for user, name in ((ALICE, "alices"), (BOB, "bobs")):
            known = set(self.world.table.chats)
            prompt = f"Why {PRIVATE}?" if user is ALICE else "Why?"
            self.world.ask(PostRequest(prompt=prompt), self.connections[user.id], user)
            (chat_id,) = set(self.world.table.chats) - known
            self.ids[f"{{{name}_chat}}"] = chat_id
            self.ids[f"{{{name}_message}}"] = self.world.table.messages[chat_id][1].id

    def body(self, template: str) -> str:
        """Return a body with the ids of this world."""
        for name, value in self.ids.items():
            template = template.replace(name, value)
        return template

    def send(self, user: User, body: str) -> tuple[str, list[dict[str, Any]]]:
        """Send a message as a user; return the answer's code, and the frames that the user received."""
        connection = self.connections[user.id]
        before = len(self.world.pusher.received(connection))
        code = self.world.use_cases.messages.answer(self._event(user, connection, body), lambda: 20)
        return code, self.world.pusher.received(connection)[before:]

    def stored(self) -> tuple[object, ...]:
        """Return what only a permitted request may change."""
        table = self.world.table
        messages = {chat_id: dict(found) for chat_id, found in table.messages.items()}
        kept = (dict(table.assets), dict(table.asset_roles), set(table.favorites), dict(table.feedback))
        return dict(table.chats), messages, *kept

    def _event(self, user: User, connection: Connection, body: str) -> MessageEvent:
        number = uuid.uuid4().hex
        now = self.world.clock.now() + timedelta()
        return MessageEvent(connection, user, number, number, "$default", now, body)


class _Requests:
    """Checks messages; a world serves a number of them, because it is slow to make."""

    def __init__(self) -> None:
        self._served: MessageWorld | None = None
        self._left = 0

    def check(self, message: tuple[User, str]) -> None:
        """Send a message; raise `AssertionError` if an invariant does not hold."""
        served = self._world()
        user, template = message
        before = served.stored()
        code, frames = served.send(user, served.body(template))
        assert code != "INTERNAL_SERVER_ERROR"
        assert frames, "no answer"
        assert [fault for frame in frames for fault in check_frame(frame)] == []
        if code != "ok":
            assert [frame["error"]["code"] for frame in frames] == [code]
            assert served.stored() == before, "a refused message has written"
        assert user is ALICE or PRIVATE not in json.dumps(frames)

    def _world(self) -> MessageWorld:
        if self._served is None or self._left == 0:
            self._served, self._left = MessageWorld(), _MESSAGES_OF_A_WORLD
        self._left -= 1
        return self._served


REQUESTS = Target("requests", _messages, _Requests().check)
