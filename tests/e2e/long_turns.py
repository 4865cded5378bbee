"""Turns that last long enough for something to happen meanwhile."""

from tests.e2e.invariants import events, is_chunk
from tests.e2e.local_stack import sample
from threadcast_client import Connection, Turn

__all__ = ["begin_long_turn", "long_turn", "stop"]

_DASHBOARD = sample("work_and_power").asset.id
_QUESTION = "How did it change between 2012 and 2014?"


async def begin_long_turn(tab: Connection) -> Turn:
    """Ask a question to a dashboard whose answer has about a hundred pieces."""
    return await tab.post(_QUESTION, asset_id=_DASHBOARD, asset_type="dashboard_file")


async def long_turn(tab: Connection) -> Turn:
    """A turn that has begun to answer and has most of it still to say."""
    turn = await begin_long_turn(tab)
    async for frame in turn:
        if is_chunk(frame):
            return turn
    raise AssertionError(f"it ended before it answered: {events(turn.frames)}")


async def stop(tab: Connection, turn: Turn) -> bool:
    """Stop a turn of which a frame was read; whether it ran."""
    return await tab.stop(turn.chat_id or "", turn.message_id or "")
