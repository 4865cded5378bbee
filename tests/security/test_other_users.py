"""Every route and every reference, sent by users without a role: they learn and change nothing."""

import json
from typing import Any, get_type_hints
from uuid import UUID, uuid4

import pytest

from tests.fuzz.requests import PRIVATE, MessageWorld
from tests.turns.world import ALICE, BOB, SECRET, WIND
from threadcast.domain.user import User
from threadcast.protocol.routes import ROUTES, TABLE

COLLEAGUE = User("c0113a90-0000-4000-8000-000000000003", "Carol", organization_id=ALICE.organization_id)
NOBODY = User("d0d00000-0000-4000-8000-000000000004", "Dave")
OTHERS = {"another organisation": BOB, "the same organisation": COLLEAGUE, "no organisation": NOBODY}

CHAT, MESSAGE = "{alices_chat}", "{alices_message}"
_IDENTITY = {"user_id": ALICE.id, "sub": ALICE.id, "organization_id": ALICE.organization_id}
_TYPES = ("metric_file", "metric", "dashboard_file", "dashboard", "report_file")

ASSETS: list[dict[str, Any]] = [
    *({"asset_id": WIND.id, "asset_type": asset_type} for asset_type in _TYPES),
    {"asset_id": WIND.id.upper(), "asset_type": "metric_file"},
    {"metric_id": WIND.id},
    {"dashboard_id": WIND.id},
]
POSTS: list[dict[str, Any]] = [
    {"prompt": "Why?", "chat_id": CHAT},
    {"prompt": "Why?", "chat_id": CHAT, "message_id": MESSAGE},
    *ASSETS,
    *({"prompt": "Why?", **asset} for asset in ASSETS),
]
CHATS: list[dict[str, Any]] = [{"id": CHAT, "message_id": MESSAGE}]
PAYLOADS = {"/chats/post": POSTS, "/chats/stop": CHATS, "/chats/get": CHATS}

CASES = [(name, payload) for name, route in ROUTES.items() for payload in PAYLOADS[route.names[0]]]


@pytest.mark.parametrize("user", OTHERS.values(), ids=OTHERS)
def test_what_belongs_to_another_user_is_answered_like_what_does_not_exist(user: User) -> None:
    served = MessageWorld()
    served.connections.setdefault(user.id, served.world.connect(user))
    before = served.stored()

    for route, payload in CASES:
        body = json.dumps({"route": route, "payload": {**payload, **_IDENTITY}})
        hidden = served.send(user, served.body(body))
        missing = served.send(user, _with_missing_ids(served.body(body)))

        assert hidden == missing, payload
        assert hidden[0] == "NOT_FOUND", payload
        assert PRIVATE not in json.dumps(hidden[1])
    assert served.stored() == before


def test_the_cases_have_every_field_that_refers_to_something() -> None:
    payloads = {route.names[0]: get_type_hints(route.request)["payload"] for route in TABLE}

    for name, cases in PAYLOADS.items():
        named = {field for payload in cases for field in payload}
        assert named == {*get_type_hints(payloads[name])}, name


def test_a_permitted_request_of_each_kind_is_answered() -> None:
    """Without this, a mistake in the cases could hide that nothing was looked up."""
    served = MessageWorld()
    own = [
        ("/chats/post", {"prompt": "Why?", "chat_id": CHAT}),
        ("/chats/post", {"asset_id": WIND.id, "asset_type": "metric_file"}),
        ("/chats/post", {"metric_id": WIND.id}),
        ("/chats/get", {"id": CHAT}),
        ("/chats/stop", {"id": CHAT, "message_id": MESSAGE}),
    ]

    others = ("/chats/post", {"metric_id": SECRET.id})
    codes = [
        served.send(ALICE, served.body(json.dumps({"route": route, "payload": payload})))[0]
        for route, payload in [*own, others]
    ]

    assert codes == [*["ok"] * len(own), "NOT_FOUND"]


def _with_missing_ids(body: str) -> str:
    """Return the body with every reference replaced by an id that nothing has."""
    message = json.loads(body)
    payload = message["payload"]
    for field, value in payload.items():
        if field not in _IDENTITY and _is_uuid(value):
            payload[field] = str(uuid4())
    return json.dumps(message)


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
