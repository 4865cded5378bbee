"""A chat within the size of a frame: what is left out, what is cut, and what never is."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.simulation import ALICE, CHAT_ID, EARLIER_ID, MESSAGE_ID, opened_view
from tests.fakes import renderer
from tests.protocol.schema_validation import frame_errors
from threadcast.domain.address import Address
from threadcast.domain.chat import ChatView
from threadcast.domain.message import Outcome, TextResponse
from threadcast.domain.turn_events import TurnCompleted
from threadcast.protocol.chat_payload import chat_payload

RENDER = renderer(Address("/chats/post", "r" * 64, CHAT_ID, MESSAGE_ID, ALICE))
PROMPT, FIRST, SECOND = "Why " * 5_000, "\U0001f600" * 12_000, 'He said "no". ' * 300


def large_view() -> ChatView:
    """Return a short old message, and a new one that fills two small frames by itself."""
    view = opened_view()
    parts = (TextResponse("part-1", FIRST, is_final=True), TextResponse("part-2", SECOND, is_final=True))
    newest = replace(view.messages[-1], prompt=PROMPT, responses=parts, outcome=Outcome("completed"))
    return replace(view, messages=(view.messages[0], newest))


def test_a_chat_that_fits_is_whole() -> None:
    payload = chat_payload(large_view(), 131_072)

    message = payload["messages"][MESSAGE_ID]
    assert payload["message_ids"] == [EARLIER_ID, MESSAGE_ID]
    assert message["request_message"]["request"] == PROMPT
    assert [part["message"] for part in message["response_messages"].values()] == [FIRST, SECOND]


def test_the_newest_message_is_cut_and_never_left_out() -> None:
    frame = RENDER(TurnCompleted(large_view()), 32_768)

    payload = json.loads(frame)["payload"]
    message = payload["messages"][MESSAGE_ID]
    request = message["request_message"]["request"]
    first, second = (message["response_messages"][key]["message"] for key in ("part-1", "part-2"))
    assert 30_000 < len(frame) <= 32_768
    assert payload["message_ids"] == [MESSAGE_ID]
    assert request.endswith("…")
    assert PROMPT.startswith(request[:-1])
    assert first.endswith("…")
    assert FIRST.startswith(first[:-1])
    assert second == SECOND


texts = st.text(st.characters(codec="utf-8", categories=("L", "P", "S", "Zs")), max_size=60)


@given(st.lists(texts.map(lambda text: text * 300), min_size=1, max_size=4), st.integers(6_000, 140_000))
def test_a_frame_of_any_size_keeps_its_limit_and_holds_the_newest_message(
    texts: list[str], size: int
) -> None:
    view = opened_view()
    parts = tuple(TextResponse(f"part-{at}", text, is_final=True) for at, text in enumerate(texts))
    newest = replace(view.messages[-1], prompt=texts[0], responses=parts)

    frame = RENDER(TurnCompleted(replace(view, messages=(view.messages[0], newest))), size)

    assert len(frame) <= size
    assert json.loads(frame)["payload"]["message_ids"][-1] == MESSAGE_ID
    assert frame_errors(json.loads(frame)) == []


@pytest.mark.parametrize("size", [4_096, 32_768, 131_072])
def test_the_same_chat_is_always_cut_in_the_same_way(size: int) -> None:
    assert chat_payload(large_view(), size) == chat_payload(large_view(), size)
