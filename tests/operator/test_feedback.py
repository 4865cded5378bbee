"""`threadcast feedback`."""

import csv
import json
from datetime import timedelta
from typing import Any

from tests.contracts.stores import BOB, NOON, Stores
from tests.operator.commands import Threadcast
from tests.operator.test_chats import CHAT, add_chat
from threadcast.domain.feedback import Feedback

ASSET = "870ed596-5ce3-43f4-8ed5-473f650f4b65"
USER = "c0113a90-0000-4000-8000-000000000003"
ROW: dict[str, Any] = {
    "given_at": "2026-03-01T12:01:00+00:00",
    "feedback": "negative",
    "user_id": BOB.id,
    "chat_id": CHAT,
    "message_id": "m-1",
    "comment": "=SUM(A1)",
}


def rate(stores: Stores) -> None:
    add_chat(stores)
    at = NOON.replace(microsecond=0)
    for user_id, rating, comment, minute in (
        (BOB.id, "negative", "=SUM(A1)", 1),
        (USER, "positive", None, 0),
    ):
        given_at = at + timedelta(minutes=minute)
        stores.edits.give_feedback(Feedback(CHAT, "m-1", 1, user_id, rating, given_at, comment, ASSET))  # type: ignore[arg-type]


def test_the_feedback_on_an_asset_is_listed_newest_first(threadcast: Threadcast, stores: Stores) -> None:
    rate(stores)

    code, lines = threadcast("feedback", "--asset", ASSET)

    assert (code, lines) == (
        0,
        [
            f"2026-03-01T12:01:00+00:00  negative  {CHAT}  =SUM(A1)",
            f"2026-03-01T12:00:00+00:00  positive  {CHAT}",
            "2 ratings.",
        ],
    )
    assert threadcast("feedback", "--asset", CHAT) == (0, ["0 ratings."])


def test_feedback_is_printed_as_json_and_with_questions_only_on_request(
    threadcast: Threadcast, stores: Stores
) -> None:
    rate(stores)

    plain = json.loads("\n".join(threadcast("feedback", "--asset", ASSET, "--json")[1]))
    with_texts = json.loads("\n".join(threadcast("feedback", "--asset", ASSET, "--json", "--texts")[1]))

    assert plain[0] == ROW
    assert with_texts[0] == {**ROW, "question": "Question 1?"}


def test_no_cell_of_the_table_is_a_formula(threadcast: Threadcast, stores: Stores) -> None:
    rate(stores)

    lines = threadcast("feedback", "--asset", ASSET, "--csv", "--texts")[1]

    first, second = csv.DictReader(lines)
    assert first == {**ROW, "comment": "'=SUM(A1)", "question": "Question 1?"}
    assert (second["feedback"], second["comment"]) == ("positive", "")
