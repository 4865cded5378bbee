"""The payloads of the routes about chats: what they mean, and the first fault of those that are refused."""

import json
from typing import Any

import pytest

from threadcast.errors import BadRequest
from threadcast.protocol.envelope import read_envelope
from threadcast.turns.chats.commands import (
    DeleteRequest,
    DuplicateRequest,
    FeedbackRequest,
    ListRequest,
    SearchRequest,
    UpdateRequest,
)
from threadcast.turns.paging import PageRequest

A, B = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"


def command(route: str, payload: Any) -> object:
    return read_envelope(json.dumps({"route": route, "payload": payload})).opened()[1]


@pytest.mark.parametrize(
    ("route", "payload", "expected"),
    [
        ("/chats/list", {}, ListRequest(PageRequest())),
        (
            "/chats/list",
            {"page_token": 1, "page_size": 5, "admin_view": True},
            ListRequest(PageRequest(5, skip=5)),
        ),
        ("/chats/update", {"id": A.upper(), "title": " My\n\x00chat "}, UpdateRequest(A, "My chat")),
        ("/chats/update", {"id": A, "title": "t" * 300}, UpdateRequest(A, "t" * 300)),
        ("/chats/update", {"id": A, "is_favorited": False}, UpdateRequest(A, is_favorited=False)),
        ("/chats/delete", [{"id": A}, {"id": B}, {"id": A}], DeleteRequest((A, B))),
        ("/chats/delete", [{"id": A}] * 25, DeleteRequest((A,))),
        ("/chats/duplicate", {"id": A, "message_id": B}, DuplicateRequest(A, B)),
        ("/chats/duplicate", {"id": A, "unknown": 1}, DuplicateRequest(A)),
        ("/chats/search", {"prompt": " wind "}, SearchRequest("wind", PageRequest())),
        ("/chats/search", {"prompt": "sun", "query": "wind"}, SearchRequest("wind", PageRequest())),
        (
            "/messages/update",
            {"id": A, "chat_id": B, "feedback": "negative", "comment": "No."},
            FeedbackRequest(B, A, "negative", "No."),
        ),
        ("/messages/update", {"id": A, "chat_id": B, "feedback": None}, FeedbackRequest(B, A, None)),
    ],
)
def test_a_valid_payload_is_a_command(route: str, payload: Any, expected: object) -> None:
    assert command(route, payload) == expected


@pytest.mark.parametrize(
    ("route", "payload", "fault"),
    [
        ("/chats/list", [], "payload must be an object"),
        ("/chats/update", {"id": "x", "title": 7}, "title must be a string or null"),
        ("/chats/update", {"id": "x", "title": " \n"}, "title must have 1 to 300 characters"),
        ("/chats/update", {"id": A, "title": "t" * 301}, "title must have 1 to 300 characters"),
        ("/chats/update", {"id": "x", "is_favorited": "yes"}, "is_favorited must be true, false or null"),
        ("/chats/update", {"id": "x", "title": "Mine"}, "id must be a UUID"),
        ("/chats/update", {"title": "Mine"}, "id must be provided"),
        ("/chats/update", {"id": A}, "title or is_favorited must be provided"),
        ("/chats/delete", {"id": A}, "payload must be a list"),
        ("/chats/delete", [], "payload must list 1 to 25 chats"),
        ("/chats/delete", [{"id": A}] * 26, "payload must list 1 to 25 chats"),
        ("/chats/delete", [A], "payload must be a list of objects"),
        ("/chats/delete", [{"id": "x"}], "id must be a UUID"),
        ("/chats/delete", [{}], "id must be provided"),
        ("/chats/duplicate", {"message_id": A}, "id must be provided"),
        ("/chats/search", {}, "query must be provided"),
        ("/chats/search", {"query": " "}, "query must be provided"),
        ("/chats/search", {"query": "q" * 201}, "query must have at most 200 characters"),
        ("/chats/search", {"query": ["wind"]}, "query must be a string or null"),
        ("/messages/update", {"id": A, "chat_id": B}, "feedback must be provided"),
        ("/messages/update", {"id": "x", "chat_id": B, "comment": 7}, "comment must be a string or null"),
        (
            "/messages/update",
            {"id": A, "chat_id": B, "feedback": "so-so"},
            "feedback must be one of: positive",
        ),
        ("/messages/update", {"id": A, "feedback": "positive"}, "chat_id must be provided"),
        (
            "/messages/update",
            {"id": A, "chat_id": B, "feedback": None, "comment": "x"},
            "comment must come with feedback",
        ),
    ],
)
def test_a_refusal_names_the_first_fault(route: str, payload: Any, fault: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        command(route, payload)

    assert refusal.value.message.startswith(fault)
