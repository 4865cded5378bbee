"""The routes about chats, end to end over stores in memory; each frame keeps the contract."""

from typing import Any

import pytest

from tests.fakes import ScriptedAgent
from tests.protocol.schema_validation import frame_errors
from tests.turns.chats.conversations import Conversations
from tests.turns.world import ALICE, BOB, HELLO, WIND
from threadcast.domain.access import Principal, Role
from threadcast.domain.streamed_parts import TitleEnd
from threadcast.domain.user import User
from threadcast.turns.commands import PostRequest
from threadcast_client import check_frame

CAROL = User("c0113a90-0000-4000-8000-000000000003", "Carol", organization_id="initech")
AS_BOB, AS_INITECH = Principal("user", BOB.id), Principal("org", "initech")


@pytest.fixture
def chats() -> Conversations:
    return Conversations(agent=ScriptedAgent(*HELLO))


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def test_own_and_shared_chats_are_listed_newest_first(chats: Conversations) -> None:
    first = chats.chat("Why?")
    of_bob = chats.chat("And?", user=BOB)
    by_organization = chats.chat("How?", asset=WIND)
    chats.chat("Hidden?")
    chats.grant(first, AS_BOB, Role.CAN_VIEW)
    chats.grant(by_organization, AS_INITECH, Role.CAN_EDIT)

    frame = chats.send("/chats/list", {}, BOB)

    assert ids(frame["payload"]) == [by_organization, of_bob, first]
    assert (frame["event"], frame["next_cursor"], frame["send_method"]) == (
        "getChatsList",
        None,
        "SenderOnly",
    )
    newest = frame["payload"][0]
    assert (newest["created_by_name"], newest["latest_file_id"], newest["latest_file_type"]) == (
        "Alice",
        WIND.id,
        "metric",
    )
    assert newest["latest_version_number"] == 1
    assert frame_errors(frame) == check_frame(frame) == []


def test_pages_hold_every_chat_once(chats: Conversations) -> None:
    made = [chats.chat(f"Question {number}?") for number in range(4)]
    of_bob = chats.chat("And?", user=BOB)
    chats.grant(of_bob, Principal("user", ALICE.id), Role.CAN_VIEW)

    found, cursor = [], None
    while True:
        frame = chats.send("/chats/list", {"page_size": 2, "cursor": cursor})
        found += ids(frame["payload"])
        if (cursor := frame["next_cursor"]) is None:
            break
    numbered = [ids(chats.ask("/chats/list", {"page_size": 2, "page_token": at})) for at in range(4)]

    assert found == [of_bob, *reversed(made)]
    assert numbered == [found[:2], found[2:4], found[4:], []]


def test_a_title_and_a_mark_are_stored_and_shown(chats: Conversations) -> None:
    older, newer = chats.chat("Why?"), chats.chat("And?")

    frame = chats.send("/chats/update", {"id": older, "title": "  My\nchat ", "is_favorited": True})

    assert (frame["event"], frame["payload"]["title"], frame["payload"]["is_favorited"]) == (
        "updateChat",
        "My chat",
        True,
    )
    assert frame_errors(frame) == check_frame(frame) == []
    listed = chats.ask("/chats/list", {})
    assert [(each["id"], each["title"], each["is_favorited"]) for each in listed] == [
        (older, "My chat", True),
        (newer, "And?", False),
    ]
    assert chats.ask("/chats/get", {"id": older})["is_favorited"]


def test_a_mark_is_the_users_own(chats: Conversations) -> None:
    chat_id = chats.chat("Why?")
    chats.grant(chat_id, AS_INITECH, Role.CAN_VIEW)

    chats.ask("/chats/update", {"id": chat_id, "is_favorited": True}, BOB)

    marks = [chats.ask("/chats/get", {"id": chat_id}, user)["is_favorited"] for user in (ALICE, BOB, CAROL)]
    assert marks == [False, True, False]
    assert not chats.ask("/chats/update", {"id": chat_id, "is_favorited": False}, BOB)["is_favorited"]


def test_a_turn_does_not_change_a_title_that_a_user_has_given() -> None:
    chats = Conversations(agent=ScriptedAgent(TitleEnd("The agent's"), *HELLO))
    chat_id = chats.chat("Why?")
    assert chats.ask("/chats/get", {"id": chat_id})["title"] == "The agent's"

    chats.ask("/chats/update", {"id": chat_id, "title": "Mine"})
    chats.world.ask(PostRequest(prompt="And?", chat_id=chat_id), chats.connection(ALICE))

    assert chats.ask("/chats/get", {"id": chat_id})["title"] == "Mine"


def test_deleted_chats_are_hidden_from_everybody_at_once(chats: Conversations) -> None:
    one, two, kept = chats.chat("Why?"), chats.chat("And?"), chats.chat("How?")
    chats.grant(one, AS_BOB, Role.CAN_EDIT)

    frame = chats.send("/chats/delete", [{"id": one}, {"id": two}])

    assert (frame["event"], frame["payload"]) == ("deleteChat", [{"id": one}, {"id": two}])
    assert frame_errors(frame) == check_frame(frame) == []
    assert ids(chats.ask("/chats/list", {})) == [kept]
    assert chats.ask("/chats/search", {"query": "why"}) == []
    for route, payload in (
        ("/chats/get", {"id": one}),
        ("/chats/post", {"chat_id": one, "prompt": "So?"}),
        ("/chats/update", {"id": one, "title": "Mine"}),
        ("/chats/duplicate", {"id": one}),
        ("/chats/stop", {"id": one, "message_id": chats.message_ids(one)[0]}),
    ):
        for user in (ALICE, BOB):
            assert chats.send(route, payload, user)["error"]["code"] == "NOT_FOUND", route
    assert chats.send("/chats/delete", [{"id": one}], BOB)["error"]["code"] == "NOT_FOUND"
    assert chats.ask("/chats/delete", [{"id": one}]) == [{"id": one}]


def test_where_one_chat_is_refused_none_is_deleted(chats: Conversations) -> None:
    own, of_bob = chats.chat("Why?"), chats.chat("And?", user=BOB)

    refused = chats.send("/chats/delete", [{"id": own}, {"id": of_bob}])

    assert (refused["event"], refused["error"]["code"]) == ("deleteChat", "NOT_FOUND")
    assert ids(chats.ask("/chats/list", {})) == [own]


def test_a_copy_has_the_messages_from_one_on_and_belongs_to_the_user(chats: Conversations) -> None:
    chat_id = chats.chat("One?", "Two?", "Three?")
    chats.grant(chat_id, AS_BOB, Role.CAN_VIEW)
    second = chats.message_ids(chat_id)[1]

    frame = chats.send("/chats/duplicate", {"id": chat_id, "message_id": second}, BOB, "r-1")
    again = chats.send("/chats/duplicate", {"id": chat_id, "message_id": second}, BOB, "r-1")

    copy = frame["payload"]
    questions = [copy["messages"][id_]["request_message"]["request"] for id_ in copy["message_ids"]]
    assert (frame["event"], copy["title"], questions) == ("duplicateChat", "One? (Copy)", ["Two?", "Three?"])
    assert (copy["created_by_id"], copy["permission"]) == (BOB.id, "owner")
    assert set(copy["message_ids"]).isdisjoint(chats.message_ids(chat_id))
    assert frame_errors(frame) == check_frame(frame) == []
    assert again == frame
    assert ids(chats.ask("/chats/list", {}, BOB)) == [copy["id"], chat_id]
    assert chats.send("/chats/get", {"id": copy["id"]})["error"]["code"] == "NOT_FOUND"
    assert len(chats.ask("/chats/duplicate", {"id": chat_id})["message_ids"]) == 3


def test_a_copy_can_be_continued(chats: Conversations) -> None:
    copy = chats.ask("/chats/duplicate", {"id": chats.chat("One?", "Two?")})

    chats.world.ask(PostRequest(prompt="Three?", chat_id=copy["id"]), chats.connection(ALICE))

    assert len(chats.ask("/chats/get", {"id": copy["id"]})["message_ids"]) == 3


def test_a_copy_from_an_unknown_message_is_not_found(chats: Conversations) -> None:
    chat_id = chats.chat("One?")

    refused = chats.send("/chats/duplicate", {"id": chat_id, "message_id": chat_id})

    assert refused["error"] == {"code": "NOT_FOUND", "message": "Message not found"}
    assert len(chats.world.table.chats) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("wind", ["both", "question"]),
        ("WIND power", ["question"]),
        ("so much rain", ["both"]),
        ("rain wind", []),
        ("nothing", []),
        ("title", ["title"]),
    ],
)
def test_a_search_finds_words_in_titles_and_questions(
    chats: Conversations, query: str, found: list[str]
) -> None:
    named = {
        chats.chat("Is it windy?", "Why is there so  much\nrain?"): "both",
        chats.chat("Hello", "How is wind power made?"): "question",
        chats.chat("Bonjour"): "title",
        chats.chat("Of Bob: wind", user=BOB): "of Bob",
    }
    (titled,) = [id_ for id_, name in named.items() if name == "title"]
    chats.ask("/chats/update", {"id": titled, "title": "A title"})

    frame = chats.send("/chats/search", {"prompt": query})

    assert sorted(named[each["id"]] for each in frame["payload"]) == found
    assert (frame["event"], frame["next_cursor"]) == ("searchChats", None)
    assert frame_errors(frame) == check_frame(frame) == []


def test_a_found_question_is_quoted_around_the_word(chats: Conversations) -> None:
    chats.chat("Hello", f"{'x ' * 200}Why does the needle matter? {'y ' * 200}")

    (found,) = chats.ask("/chats/search", {"query": "needle"})

    text = found["additional_text"]
    assert "Why does the needle matter?" in text
    assert (text[0], text[-1], len(text) <= 202) == ("…", "…", True)


def test_a_search_goes_on_page_by_page(chats: Conversations) -> None:
    made = [chats.chat(f"Wind {number}?") for number in range(5)]

    found, cursor = [], None
    while True:
        frame = chats.send("/chats/search", {"query": "wind", "page_size": 2, "cursor": cursor})
        found += ids(frame["payload"])
        if (cursor := frame["next_cursor"]) is None:
            break

    assert found == made[::-1]


def test_feedback_is_stored_shown_and_listed_by_asset(chats: Conversations) -> None:
    chat_id = chats.chat("Why?", asset=WIND)
    (message_id,) = chats.message_ids(chat_id)
    rating = {"chat_id": chat_id, "id": message_id, "feedback": "negative", "comment": "Wrong year"}

    frame = chats.send("/messages/update", rating)

    assert (frame["event"], frame["payload"]["id"], frame["payload"]["feedback"]) == (
        "updateMessage",
        message_id,
        "negative",
    )
    assert frame_errors(frame) == check_frame(frame) == []
    (stored,) = chats.world.use_cases.chat_ports.library.feedback(WIND.id)
    assert (stored.user_id, stored.rating, stored.comment) == (ALICE.id, "negative", "Wrong year")
    shown = chats.ask("/chats/get", {"id": chat_id})["messages"][message_id]
    assert shown["feedback"] == "negative"

    chats.ask("/messages/update", {**rating, "feedback": None, "comment": None})
    assert chats.world.use_cases.chat_ports.library.feedback(WIND.id) == ()


def test_an_unknown_message_gets_no_feedback(chats: Conversations) -> None:
    chat_id = chats.chat("Why?")
    payload = {"chat_id": chat_id, "id": chat_id, "feedback": "positive"}

    assert chats.send("/messages/update", payload)["error"]["message"] == "Message not found"
