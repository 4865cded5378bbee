"""Turns whose runners are killed, on a separate stack in the background: their leases must expire."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.e2e.invariants import Frame, frames_of
from tests.e2e.local_stack import Stack, running_stack
from tests.e2e.long_turns import long_turn
from threadcast.adapters.dynamodb import DynamoChatStore
from threadcast.domain.message import TextResponse
from threadcast_client import Connection, Turn

__all__ = ["KilledTurn", "KilledTurns", "begin_killed_turns"]

PARAMETERS = {"AnalystPaceMs": "120", "LeaseSeconds": "15"}
TIMEOUT_S = 300
POLL_INTERVAL_S = 0.25


@dataclass(frozen=True)
class KilledTurn:
    """A turn whose runner was killed: the frames on two connections, the stored chat, the chat's next turn.

    `stored_text` is the answer in the last checkpoint before the kill; empty without one.
    """

    requesting: list[Frame]
    other: list[Frame]
    stored_text: str
    stored: Frame
    next_turn: list[Frame]


@dataclass(frozen=True)
class KilledTurns:
    """One turn killed after a checkpoint, one before the first."""

    after_checkpoint: KilledTurn
    before_checkpoint: KilledTurn


def begin_killed_turns() -> "Future[KilledTurns]":
    """Run and kill both turns, on a thread of its own."""
    executor = ThreadPoolExecutor(1, "killed_turns")
    future = executor.submit(_run_on_new_stack)
    executor.shutdown(wait=False)
    return future


def _run_on_new_stack() -> KilledTurns:
    with running_stack(PARAMETERS) as stack:
        return asyncio.run(asyncio.wait_for(_kill_two_turns(stack), TIMEOUT_S))


async def _kill_two_turns(stack: Stack) -> KilledTurns:
    async with _two_connections(stack) as late_connections, _two_connections(stack) as early_connections:
        late = await long_turn(late_connections[0])
        stored_text = await _wait_for_checkpoint(stack, late)
        early = await long_turn(early_connections[0])
        stack.gateway.kill_function("RunTurnFunction")
        return KilledTurns(
            await _result(late_connections, late, stored_text), await _result(early_connections, early, "")
        )


@asynccontextmanager
async def _two_connections(stack: Stack) -> AsyncIterator[tuple[Connection, Connection]]:
    person = stack.new_person()
    async with person.connect() as requesting, person.connect() as other:
        yield requesting, other


async def _wait_for_checkpoint(stack: Stack, turn: Turn) -> str:
    """Wait until part of the answer is stored, and return it."""
    chats = DynamoChatStore(stack.table)
    while True:
        await asyncio.sleep(POLL_INTERVAL_S)
        message = await asyncio.to_thread(chats.message, turn.chat_id or "", turn.message_id or "")
        texts = [part.text for part in message.responses if isinstance(part, TextResponse)] if message else []
        if texts:
            return "\n".join(texts)


async def _result(connections: tuple[Connection, Connection], turn: Turn, stored_text: str) -> KilledTurn:
    requesting, other = connections
    received = await turn.all_frames(TIMEOUT_S)
    received_by_other = await frames_of(other, turn.request_id)
    stored = await requesting.get(turn.chat_id or "")
    following = await requesting.post("Hello?", chat_id=turn.chat_id)
    return KilledTurn(received, received_by_other, stored_text, stored, await following.all_frames())
