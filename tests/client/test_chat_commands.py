"""The terminal chat's commands about stored chats, as text and as JSON, against a scripted server."""

import asyncio
import io
import json
from contextlib import suppress
from typing import Any

import pytest
from rich.console import Console
from websockets.exceptions import ConnectionClosed

from tests.client import sample_frames as s
from tests.client.scripted_server import COMPLETE, HELLO, ServerEnd, run, running_server
from threadcast_client.connection import Connection
from threadcast_client.terminal_chat.chat import TerminalChat
from threadcast_client.terminal_chat.rate_limit_retry import RateLimitRetry

Frame = dict[str, Any]

LISTED = [
    {"id": s.CHAT_ID, "title": "Rain", "is_favorited": True, "is_shared": True, "updated_at": s.TIME},
    {"id": s.OTHER_ID, "title": "Wind", "is_favorited": False, "is_shared": False, "updated_at": s.TIME},
]
FOUND = [{"id": s.OTHER_ID, "title": "Wind", "additional_text": "how\nstrong", "updated_at": s.TIME}]
ANSWERS = {
    "/chats/post": s.complete(HELLO),
    "/chats/get": s.frame("getChat", s.chat(HELLO, title="Rain")),
    "/chats/list": s.frame("getChatsList", LISTED, next_cursor=None),
    "/chats/search": s.frame("searchChats", FOUND, next_cursor=None),
    "/chats/update": s.frame("updateChat", s.chat(title="Rain")),
    "/chats/duplicate": s.frame("duplicateChat", {**s.chat(title="Rain (Copy)"), "id": s.OTHER_ID}),
    "/chats/delete": s.frame("deleteChat", [{"id": s.CHAT_ID}]),
}


def session(*typed: str, answers: dict[str, Frame] = ANSWERS, **options: Any) -> tuple[list[Any], str, int]:
    """Return the routes and payloads of the requests of these lines, the output, and the failed lines."""
    requests: list[Any] = []
    output = io.StringIO()
    failures: list[int] = []

    async def script(server: ServerEnd) -> None:
        with suppress(ConnectionClosed):
            while True:
                request = await server.receive_request()
                requests.append((request["route"], request["payload"]))
                await server.send(answers[request["route"]], in_reply_to=request)

    async def test() -> None:
        lines = asyncio.Queue[str | None]()
        for line in (*typed, None):
            lines.put_nowait(line)
        async with running_server(script) as url, Connection(url) as connection:
            chat = TerminalChat(connection, Console(file=output, width=100), lines, **options)
            await chat.run()
            failures.append(chat.failures)

    run(test())
    return requests, output.getvalue(), failures[0]


def test_chats_are_listed_with_numbers() -> None:
    requests, text, failures = session("/chats 2")

    assert requests == [("/chats/list", {"page_size": 2})]
    assert text == ("  1 ★ Rain  (2026-01-05 10:00 UTC, shared)\n  2   Wind  (2026-01-05 10:00 UTC)\n")
    assert failures == 0


def test_a_list_has_no_more_chats_than_asked_for() -> None:
    answers = {"/chats/list": s.frame("getChatsList", LISTED, next_cursor="a")}

    requests, text, _ = session("/chats 1", answers=answers)

    assert (len(requests), text.count("\n")) == (1, 1)


def test_a_search_lists_what_it_finds() -> None:
    requests, text, _ = session("/search how strong")

    assert requests == [("/chats/search", {"query": "how strong"})]
    assert text == "  1   Wind  (2026-01-05 10:00 UTC): how strong\n"


def test_an_empty_list_is_reported() -> None:
    answers = {"/chats/list": s.frame("getChatsList", [], next_cursor=None)}

    assert session("/chats", answers=answers)[1] == "No chats.\n"


@pytest.mark.parametrize(("chosen", "chat_id"), [("1", s.CHAT_ID), ("3", "3"), (s.CHAT_ID, s.CHAT_ID)])
def test_a_chat_is_reopened_by_its_number_or_its_id_and_continued(chosen: str, chat_id: str) -> None:
    requests, text, _ = session("/chats", f"/open {chosen}", "And?")

    assert requests[1:] == [
        ("/chats/get", {"id": chat_id}),
        ("/chats/post", {"prompt": "And?", "chat_id": s.CHAT_ID}),
    ]
    assert "── Rain ──\n\n> Why?\n\nHello\n" in text


def test_the_open_chat_is_renamed_marked_copied_and_deleted() -> None:
    commands = ("/rename  Rain  in May", "/favorite", "/unfavorite", "/duplicate", "/delete", "Why?")

    requests, text, failures = session(f"/open {s.CHAT_ID}", *commands)

    assert requests[1:] == [
        ("/chats/update", {"id": s.CHAT_ID, "title": "Rain  in May"}),
        ("/chats/update", {"id": s.CHAT_ID, "is_favorited": True}),
        ("/chats/update", {"id": s.CHAT_ID, "is_favorited": False}),
        ("/chats/duplicate", {"id": s.CHAT_ID}),
        ("/chats/delete", [{"id": s.OTHER_ID}]),
        ("/chats/post", {"prompt": "Why?", "chat_id": s.OTHER_ID}),
    ]
    assert (
        "Renamed to Rain.\nRain is a favorite.\nRain is no longer a favorite.\n"
        "The open chat is now Rain (Copy).\nDeleted.\n"
    ) in text
    assert failures == 0


def test_after_the_open_chat_is_deleted_the_next_question_starts_another() -> None:
    requests, _, _ = session("Why?", "/delete", "Else?")

    assert requests[1:] == [
        ("/chats/delete", [{"id": s.CHAT_ID}]),
        ("/chats/post", {"prompt": "Else?", "chat_id": None}),
    ]


def test_a_chat_of_the_list_is_changed_by_its_number() -> None:
    requests, _, _ = session("/chats", "/favorite 2", "/duplicate 1", "/delete 1")

    assert [payload for _, payload in requests[1:]] == [
        {"id": s.OTHER_ID, "is_favorited": True},
        {"id": s.CHAT_ID},
        [{"id": s.CHAT_ID}],
    ]


@pytest.mark.parametrize(
    ("line", "usage"),
    [
        ("/chats 0", "Usage: /chats [COUNT]; COUNT is a whole number above 0."),
        ("/chats all", "Usage: /chats [COUNT]; COUNT is a whole number above 0."),
        ("/search", "Usage: /search WORDS"),
        ("/open", "Usage: /open CHAT; CHAT is a number of the last list, or an id."),
        ("/rename Rain", "Usage: /rename TITLE; it renames the open chat."),
        ("/favorite", "Usage: /favorite [CHAT]; CHAT is a number of the last list, or an id."),
        ("/delete", "Usage: /delete [CHAT]; CHAT is a number of the last list, or an id."),
    ],
)
def test_a_command_without_its_argument_or_an_open_chat_shows_its_usage(line: str, usage: str) -> None:
    assert session(line) == ([], f"{usage}\n", 1)


def test_a_refused_command_is_reported_and_counted() -> None:
    answers = {"/chats/delete": {**s.error_frame("UNAUTHORIZED", "Not yours."), "event": "deleteChat"}}

    _, text, failures = session("/delete 7", answers=answers)

    assert (text, failures) == ("✗ UNAUTHORIZED: Not yours.\n", 1)


def test_a_command_over_the_rate_limit_is_retried_after_the_delay_of_the_error() -> None:
    waits: list[float] = []
    refusal = s.error_frame("TOO_MANY_REQUESTS", "Too fast", retry_after_s=2.5)
    answers = {"/chats/delete": {**refusal, "event": "deleteChat"}}

    async def sleep(delay_s: float) -> None:
        waits.append(delay_s)

    requests, text, failures = session("/delete 7", answers=answers, retry=RateLimitRetry(3, sleep=sleep))

    assert (len(requests), waits, failures) == (3, [2.5, 2.5], 1)
    assert text == "✗ TOO_MANY_REQUESTS: Too fast\n"


def test_with_json_every_frame_result_and_note_is_a_line_of_json() -> None:
    _, text, failures = session("Why?", "/chats", "/rename", "/help me", as_json=True)

    lines = [json.loads(line) for line in text.splitlines()]
    assert {**lines[0], "request_id": None} == {**COMPLETE, "request_id": None}
    assert lines[1] == {"command": "/chats", "result": LISTED}
    assert lines[2] == {"note": "Usage: /rename TITLE; it renames the open chat.", "is_failure": False}
    assert (len(lines), failures) == (4, 1)
