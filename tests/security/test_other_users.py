"""Every route and every reference, sent by users without a role: they learn and change nothing."""

import json
from typing import Any, get_args, get_type_hints
from uuid import UUID, uuid4

import pytest

from tests.asset_types import NAMES_THAT_START_CHATS
from tests.fuzz.requests import PRIVATE, MessageWorld
from tests.turns.world import ALICE, BOB, SECRET, WIND
from threadcast.domain.budget import CallUsage
from threadcast.domain.user import User
from threadcast.protocol.routes import ROUTES, TABLE

COLLEAGUE = User("c0113a90-0000-4000-8000-000000000003", "Carol", organization_id=ALICE.organization_id)
NOBODY = User("d0d00000-0000-4000-8000-000000000004", "Dave")
OTHERS = {"another organisation": BOB, "the same organisation": COLLEAGUE, "no organisation": NOBODY}

CHAT, MESSAGE = "{alices_chat}", "{alices_message}"
_IDENTITY = {"user_id": ALICE.id, "sub": ALICE.id, "organization_id": ALICE.organization_id}

ASSETS: list[dict[str, Any]] = [
    *({"asset_id": WIND.id, "asset_type": asset_type} for asset_type in NAMES_THAT_START_CHATS),
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
FEEDBACK = {"id": MESSAGE, "chat_id": CHAT, "feedback": "positive", "comment": "Yes"}
SHARE = {
    "id": CHAT,
    "users": [{"email": "carol@acme.com", "role": "full_access"}],
    "remove": ["alice@acme.com"],
    "workspace_sharing": "can_view",
    "publicly_accessible": False,
    "public_expiry_date": None,
}
PAYLOADS: dict[str, list[dict[str, Any]]] = {
    "/chats/post": POSTS,
    "/chats/stop": CHATS,
    "/chats/get": CHATS,
    "/chats/update": [{"id": CHAT, "title": "Mine", "is_favorited": True}],
    "/chats/delete": [{"id": CHAT}],
    "/chats/share": [SHARE],
    "/chats/duplicate": CHATS,
    "/messages/update": [FEEDBACK],
    "/metrics/get": [{"id": WIND.id, "version_number": 1}],
    "/dashboards/get": [{"id": WIND.id}],
    "/reports/get": [{"id": WIND.id}],
}
WITHOUT_REFERENCES: dict[str, dict[str, Any]] = {
    "/chats/list": {},
    "/chats/search": {"query": "why"},
    "/metrics/list": {},
    "/dashboards/list": {},
    "/reports/list": {},
    "/search": {"query": "wind"},
    "/usage/get": {},
}
"""Requests that name nothing: each user gets an answer about what is the user's own."""
SAME_FOR_ANY_ID = {"/chats/unsubscribe"}

CASES = [(name, payload) for name, route in ROUTES.items() for payload in PAYLOADS.get(route.names[0], ())]


@pytest.mark.parametrize("user", OTHERS.values(), ids=OTHERS)
def test_what_belongs_to_another_user_is_answered_like_what_does_not_exist(user: User) -> None:
    served = MessageWorld()
    served.connections.setdefault(user.id, served.world.connect(user))
    before = served.stored()

    for route, payload in CASES:
        given = {**payload, **_IDENTITY}
        is_list = ROUTES[route].payload_type is list
        body = json.dumps({"route": route, "payload": [given] if is_list else given})
        hidden = served.send(user, served.body(body))
        missing = served.send(user, _with_missing_ids(served.body(body)))

        assert hidden == missing, payload
        assert hidden[0] == "NOT_FOUND", payload
        assert PRIVATE not in json.dumps(hidden[1])
    assert served.stored() == before


@pytest.mark.parametrize("user", OTHERS.values(), ids=OTHERS)
def test_lists_searches_and_usage_have_nothing_of_another_user(user: User) -> None:
    served = MessageWorld()
    served.connections.setdefault(user.id, served.world.connect(user))
    served.world.use_cases.usage.count(ALICE.id, CallUsage("m", 1, 77_031), served.world.clock.now())
    hidden = (WIND.id, ALICE.id, ALICE.name, "77031", PRIVATE)

    for route, payload in WITHOUT_REFERENCES.items():
        body = json.dumps({"route": route, "payload": {**payload, **_IDENTITY}})
        code, frames = served.send(user, body)

        assert code == "ok"
        assert [word for word in hidden if word in json.dumps(frames)] == []


def test_the_cases_have_every_field_that_refers_to_something() -> None:
    payloads = {route.names[0]: get_type_hints(route.request)["payload"] for route in TABLE}

    assert PAYLOADS.keys() | WITHOUT_REFERENCES | SAME_FOR_ANY_ID == payloads.keys()
    for name, cases in PAYLOADS.items():
        named = {field for payload in cases for field in payload}
        (fields,) = get_args(payloads[name]) or (payloads[name],)
        assert named == {*get_type_hints(fields)}, name


@pytest.mark.parametrize("user", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("route", ["/chats/list", "/chats/search"])
def test_no_list_of_chats_has_what_belongs_to_another_user(user: User, route: str) -> None:
    served = MessageWorld()
    served.connections.setdefault(user.id, served.world.connect(user))
    payload = {"query": PRIVATE, **_IDENTITY}

    code, (frame,) = served.send(user, json.dumps({"route": route, "payload": payload}))
    _, (own,) = served.send(ALICE, json.dumps({"route": route, "payload": payload}))

    assert code == "ok"
    assert served.ids["{alices_chat}"] not in json.dumps(frame)
    assert served.ids["{alices_chat}"] in json.dumps(own)


def test_a_permitted_request_of_each_kind_is_answered() -> None:
    """Without this, a mistake in the cases could hide that nothing was looked up."""
    served = MessageWorld()
    own = [
        ("/chats/post", {"prompt": "Why?", "chat_id": CHAT}),
        ("/chats/post", {"asset_id": WIND.id, "asset_type": "metric_file"}),
        ("/chats/post", {"metric_id": WIND.id}),
        ("/chats/get", {"id": CHAT}),
        ("/chats/stop", {"id": CHAT, "message_id": MESSAGE}),
        ("/metrics/get", {"id": WIND.id}),
        *WITHOUT_REFERENCES.items(),
        *(
            (route, PAYLOADS[route][0])
            for route in ("/chats/update", "/chats/share", "/chats/duplicate", "/messages/update")
        ),
        ("/chats/delete", PAYLOADS["/chats/delete"]),
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
    payloads = message["payload"] if isinstance(message["payload"], list) else [message["payload"]]
    for payload in payloads:
        for field, value in payload.items():
            if field not in _IDENTITY and isinstance(value, str) and _is_uuid(value):
                payload[field] = str(uuid4())
    return json.dumps(message)


def _is_uuid(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        UUID(value)
    except ValueError:
        return False
    return True
