"""Pages of lists: what a request may ask for, and how many items a frame holds."""

import json
from itertools import count
from typing import Any

import pytest

from threadcast.errors import BadRequest
from threadcast.protocol.paging import PageFields, page_payload, page_request
from threadcast.protocol.payload_fields import checked
from threadcast.turns.paging import Page, PageRequest, page_of

LETTERS = [(letter, letter.upper()) for letter in "abcdefg"]


def asked(**payload: Any) -> PageRequest:
    return page_request(checked(PageFields, payload))


@pytest.mark.parametrize(
    ("payload", "request_"),
    [
        ({}, PageRequest(25)),
        ({"page_token": None, "page_size": None, "cursor": None}, PageRequest(25)),
        ({"page_size": 100, "page_token": 0}, PageRequest(100)),
        ({"page_size": 3, "page_token": 2}, PageRequest(3, skip=6)),
        ({"page_size": 1, "page_token": 100}, PageRequest(1, skip=100)),
        ({"cursor": "YQ==", "page_token": 0}, PageRequest(25, "a")),
    ],
)
def test_a_request_asks_for_a_page_by_number_or_by_cursor(
    payload: dict[str, Any], request_: PageRequest
) -> None:
    assert asked(**payload) == request_


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        *[
            ({"page_size": size}, "page_size must be a whole number from 1 to 100")
            for size in (0, 101, True, "3")
        ],
        *[
            ({"page_token": at}, "page_token must be a whole number from 0 to 100")
            for at in (-1, 101, 1.5, [])
        ],
        *[
            ({"cursor": text}, "cursor must be the next_cursor")
            for text in ("?", "YQ", 7, "gA==", "YWFh" * 129)
        ],
        ({"cursor": "YQ==", "page_token": 1}, "cursor cannot be combined"),
        ({"cursor": "?", "page_size": 0}, "page_size must be"),
    ],
)
def test_a_malformed_page_is_refused(payload: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadRequest, match=fault):
        asked(**payload)


def test_a_cursor_leads_through_the_whole_list_whatever_fits_a_frame() -> None:
    found, cursor = [], None
    for _ in count():
        request = asked(cursor=cursor, page_size=3)
        after = [letter for letter in LETTERS if request.after is None or letter[0] > request.after]
        payload = page_payload(lambda text: text * 400)(page_of(after, request), 1_024 + 900)
        assert len(json.dumps(payload.items)) <= 900
        found += [text[0] for text in payload.items]
        cursor = payload.next_cursor
        if cursor is None:
            break

    assert found == list("ABCDEFG")


def test_an_item_that_fits_no_frame_is_sent_all_the_same() -> None:
    payload = page_payload(lambda text: text)(Page((("a", "x" * 5_000), ("b", "y"))), 2_000)

    assert (payload.items, payload.next_cursor) == (["x" * 5_000], "YQ==")


def test_pages_by_number_skip_the_former_ones() -> None:
    assert page_of(LETTERS, PageRequest(3, skip=3)).items == tuple(LETTERS[3:6])
    assert page_of(LETTERS, PageRequest(3, skip=6)) == Page((LETTERS[6],))
    assert page_of(LETTERS, PageRequest(7)).end is None
