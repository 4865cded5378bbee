"""The Python client over a real socket: its typed requests, and a second terminal of the same user."""

import asyncio
import io

import pytest
from rich.console import Console

from tests.e2e.local_stack import Person, sample
from threadcast_client import NotFound
from threadcast_client.terminal_chat.chat import TerminalChat

IOWA = sample("iowa_electricity")


async def test_typed_requests_return_what_was_changed_and_found(alice: Person) -> None:
    async with alice.connect() as connection:
        chats, assets = connection.chats, connection.assets
        chat = await (await connection.post(asset_id=IOWA.asset.id, asset_type="metric_file")).result()
        renamed = await chats.update(chat["id"], title="Power of Iowa", is_favorited=True)
        shared = await chats.share(chat["id"], {"nobody@example.org": "can_view"})
        rated = await chats.rate(chat["id"], chat["message_ids"][0], "positive")
        copy = await chats.duplicate(chat["id"])
        listed = [each["id"] async for each in chats.list(page_size=1)]
        found = [each["id"] async for each in chats.search("power of iowa")]
        metric = await assets.metric(IOWA.asset.id)
        matches = await assets.search(metric.metric["name"], types=["metric"])
        usage = await connection.usage.get()
        deleted = await chats.delete(chat["id"], copy["id"])

        with pytest.raises(NotFound):
            await connection.get(chat["id"])

    assert IOWA.table is not None
    assert (renamed["title"], renamed["is_favorited"], rated["feedback"]) == (
        "Power of Iowa",
        True,
        "positive",
    )
    assert shared.get("not_found") == ["nobody@example.org"]
    assert listed == found == [copy["id"], chat["id"]]
    assert metric.rows == [dict(zip(IOWA.table.columns, row, strict=True)) for row in IOWA.table.rows]
    assert IOWA.asset.id in [each["id"] for each in matches]
    assert (usage["model_calls"], deleted) == (0, [chat["id"], copy["id"]])


async def test_a_second_terminal_of_the_user_shows_a_turn_that_the_first_started(alice: Person) -> None:
    output, lines = io.StringIO(), asyncio.Queue[str | None]()
    async with alice.connect() as first, alice.connect() as second:
        chat = TerminalChat(second, Console(file=output, width=100), lines, shows_other_turns=True)
        running = asyncio.create_task(chat.run())
        await (await first.post(asset_id=IOWA.asset.id, asset_type="metric_file")).result()
        await second.frame(lambda frame: frame["event"] == "complete")
        lines.put_nowait(None)
        await running

    heading = "── From another connection of Alice ──\n"
    assert output.getvalue().startswith(f"{heading}── {IOWA.asset.name} ──\n")
    assert f"▤ {IOWA.asset.name}" in output.getvalue()
