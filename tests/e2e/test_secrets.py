"""What no log may hold: a token, a question, an answer, whatever goes wrong."""

import pytest

from tests.e2e.invariants import answer_of
from tests.e2e.local_stack import Person, Stack, sample
from threadcast_client import Connection, HandshakeRefused

IOWA = sample("iowa_electricity").asset.id
MARK = "Zanzibar-7731"


async def test_no_log_holds_a_token_a_question_or_an_answer(stack: Stack, alice: Person) -> None:
    bad = alice.token(exp=1, secret_note=MARK)

    async with alice.connect() as tab, alice.connect("header"), alice.connect("subprotocol"):
        asked = await (await tab.post(f"What is {MARK}?", asset_id=IOWA, asset_type="metric_file")).result()
        told = await (await tab.post(asset_id=IOWA, asset_type="metric_file")).result()
        await tab.send(f'{{"route": "/chats/{MARK}", "payload": {{"prompt": "{MARK}"}}}}')
        await tab.send(f"{MARK} is not JSON")
        await (
            await tab.request("/chats/post", {"prompt": MARK, "asset_id": MARK}, request_id="r")
        ).all_frames()
        await (await tab.post(MARK, chat_id=IOWA)).all_frames()
    with pytest.raises(HandshakeRefused):
        await Connection(alice.url, bad).open()

    logs = stack.logs()
    said = [line for chat in (asked, told) for line in answer_of(chat).splitlines() if len(line) > 20]
    assert [
        word for word in (MARK, alice.token()[:40], bad[:40], bad[-40:], stack.secret) if word in logs
    ] == []
    assert [line for line in said if line in logs] == []
    assert '"turn_ended"' in logs
    assert '"token_rejected"' in logs
