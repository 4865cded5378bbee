"""Logs contain no token, prompt or answer, even if requests fail."""

import pytest

from tests.e2e.invariants import answer_of
from tests.e2e.local_stack import Person, Stack, sample
from tests.waiting import eventually
from threadcast_client import Connection, HandshakeRefused

IOWA = sample("iowa_electricity").asset.id
MARK = "Zanzibar-7731"


async def test_the_logs_contain_no_token_prompt_or_answer(stack: Stack, alice: Person) -> None:
    expired = alice.token(exp=1, secret_note=MARK)

    async with alice.connect() as connection, alice.connect("header"), alice.connect("subprotocol"):
        turns = [
            await connection.post(f"What is {MARK}?", asset_id=IOWA, asset_type="metric_file"),
            await connection.post(asset_id=IOWA, asset_type="metric_file"),
        ]
        chats = [await turn.result() for turn in turns]
        await connection.send(f'{{"route": "/chats/{MARK}", "payload": {{"prompt": "{MARK}"}}}}')
        await connection.send(f"{MARK} is not JSON")
        await (
            await connection.request("/chats/post", {"prompt": MARK, "asset_id": MARK}, request_id="r")
        ).all_frames()
        await (await connection.post(MARK, chat_id=IOWA)).all_frames()
    with pytest.raises(HandshakeRefused):
        await Connection(alice.url, expired).open()

    eventually(lambda: '"turn_ended"' in stack.logs())
    eventually(lambda: '"token_rejected"' in stack.logs())
    logs = stack.logs()
    texts = [line for chat in chats for line in answer_of(chat).splitlines() if len(line) > 20]
    assert [
        word for word in (MARK, alice.token()[:40], expired[:40], expired[-40:], stack.secret) if word in logs
    ] == []
    assert [line for line in texts if line in logs] == []
