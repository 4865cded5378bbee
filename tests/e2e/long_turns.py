"""Turns that last long enough to act during them."""

from tests.e2e.invariants import events, is_chunk
from tests.e2e.local_stack import sample
from threadcast_client import Connection, Turn

__all__ = ["begin_long_turn", "long_turn", "stop"]

_DASHBOARD = sample("work_and_power").asset.id
_QUESTION = "What was construction employment each month?"


async def begin_long_turn(connection: Connection) -> Turn:
    """Ask a question about a dashboard; the answer has about a hundred chunks."""
    return await connection.post(_QUESTION, asset_id=_DASHBOARD, asset_type="dashboard_file")


async def long_turn(connection: Connection) -> Turn:
    """Begin a long turn and return it after the first chunk of its answer."""
    turn = await begin_long_turn(connection)
    async for frame in turn:
        if is_chunk(frame):
            return turn
    raise AssertionError(f"it ended before it answered: {events(turn.frames)}")


async def stop(connection: Connection, turn: Turn) -> bool:
    """Stop a turn that has received a frame; return whether it was running."""
    return await connection.stop(turn.chat_id or "", turn.message_id or "")
