"""Record turns of the running stack for both clients' folds: `python -m tests.client.record_frames`.

Each file of `clients/fixtures` has the frames that one connection received, and the chat that they fold to.
"""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.client import sample_frames as s
from tests.e2e.local_stack import Person, running_stack, sample
from tests.e2e.long_turns import long_turn, stop
from threadcast_client import fold_stream, is_terminal
from threadcast_client.protocol.frames import AnyFrame

__all__ = ["FIXTURES"]

FIXTURES = Path(__file__).parents[2] / "clients/fixtures"
_METRIC = sample("seattle_rain_by_month").asset.id


async def _record(alice: Person) -> dict[str, list[AnyFrame]]:
    async with alice.connect() as connection:
        opened = await connection.post(asset_id=_METRIC, asset_type="metric_file")
        await opened.result()
        follow_up = await connection.post("Which month has the most rain?", chat_id=opened.chat_id)
        await follow_up.result()
        replaced = await connection.post(
            "Which month has the least rain?", chat_id=opened.chat_id, message_id=follow_up.message_id
        )
        await replaced.result()
        stopped = await long_turn(connection)
        async with alice.connect() as joining:
            await joining.frame(lambda frame: frame["event"] == "initializeChat")
            await stop(connection, stopped)
            await joining.frame(is_terminal)
        return {
            "asset_without_prompt": opened.frames,
            "follow_up": follow_up.frames,
            "replacement": replaced.frames,
            "stopped_turn": await stopped.all_frames(),
            "joined_turn": joining.frames,
        }


def _rare_frames() -> list[AnyFrame]:
    """Return what no turn of the sample assets has: files that are written, lost openings, other chats."""
    other_chat = {"chat_id": s.OTHER_ID}
    return [
        s.response_frame(s.text(chunk="lost opening")),
        s.title_frame("A ", message_id=s.MESSAGE_ID),
        s.title_frame("title", message_id=s.MESSAGE_ID),
        s.title_frame("Another", message_id=s.OTHER_ID),
        s.title_frame("Not of this chat", **other_chat),
        s.response_frame(s.text("Not of this chat"), **other_chat),
        s.reasoning_frame(s.files(chunk="name: ")),
        s.reasoning_frame(s.files(chunk="Wind")),
        s.reasoning_frame(s.files()),
        s.reasoning_frame(s.files(text="whole", file_id="m2", part_id="s2")),
        s.reasoning_frame(s.reasoning_text("kept", message="ignored")),
        s.reasoning_frame(s.reasoning_text(status="failed")),
        s.reasoning_frame(s.pills("a", "b")),
        s.response_frame(s.file(), message_id=s.OTHER_ID),
        s.response_frame({**s.text("Whole"), "is_final_message": False}),
        s.response_frame(s.text(chunk=", then a chunk \U0001f642")),
        s.error_frame(chat_id=s.CHAT_ID),
        s.gateway_frame(),
        {**s.frame("unknownEvent", {"id": s.CHAT_ID})},
    ]


def _write(name: str, frames: Iterable[AnyFrame]) -> None:
    recorded = list(frames)
    fixture: dict[str, Any] = {"frames": recorded, "folded": fold_stream(recorded).chat}
    (FIXTURES / f"{name}.json").write_text(json.dumps(fixture, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _write("rare_frames", _rare_frames())
    with running_stack({"AnalystPaceMs": "20"}) as stack:
        for name, frames in asyncio.run(_record(stack.new_person("Ada"))).items():
            _write(name, frames)
