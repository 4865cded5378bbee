"""Runners that are killed: a story of its own stack, told in the background since a lease must lapse."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.e2e.invariants import Frame, answer_of, heard_of
from tests.e2e.local_stack import Stack, running_stack
from tests.e2e.long_turns import long_turn
from threadcast_client import Connection, Turn

__all__ = ["Death", "Deaths", "begin_deaths"]

PARAMETERS = {"AnalystPaceMs": "120", "LeaseSeconds": "15"}
PATIENCE_S = 60
LOOK_AGAIN_S = 0.25


@dataclass(frozen=True)
class Death:
    """A turn whose runner was killed, as two tabs heard it, and its chat afterwards.

    `stored_text` is what a checkpoint had stored of the answer just before; empty if none had.
    """

    asked: list[Frame]
    listened: list[Frame]
    stored_text: str
    stored: Frame
    next_turn: list[Frame]


@dataclass(frozen=True)
class Deaths:
    """One turn killed after a checkpoint, one before any."""

    late: Death
    early: Death


def begin_deaths() -> "Future[Deaths]":
    """Let it happen, on a thread of its own."""
    executor = ThreadPoolExecutor(1, "deaths")
    future = executor.submit(_on_a_stack_of_its_own)
    executor.shutdown(wait=False)
    return future


def _on_a_stack_of_its_own() -> Deaths:
    with running_stack(PARAMETERS) as stack:
        return asyncio.run(asyncio.wait_for(_deaths(stack), PATIENCE_S))


async def _deaths(stack: Stack) -> Deaths:
    async with _two_tabs(stack) as late_tabs, _two_tabs(stack) as early_tabs:
        late = await long_turn(late_tabs[0])
        stored_text = await _checkpointed(late_tabs[0], late)
        early = await long_turn(early_tabs[0])
        stack.gateway.kill_function("RunTurnFunction")
        return Deaths(await _seen(late_tabs, late, stored_text), await _seen(early_tabs, early, ""))


@asynccontextmanager
async def _two_tabs(stack: Stack) -> AsyncIterator[tuple[Connection, Connection]]:
    person = stack.new_person()
    async with person.connect() as asking, person.connect() as listening:
        yield asking, listening


async def _checkpointed(tab: Connection, turn: Turn) -> str:
    """What is stored of an answer under way, once anything is."""
    text = ""
    while not text:
        await asyncio.sleep(LOOK_AGAIN_S)
        text = answer_of(await tab.get(turn.chat_id or ""))
    return text


async def _seen(tabs: tuple[Connection, Connection], turn: Turn, stored_text: str) -> Death:
    asking, listening = tabs
    asked = await turn.all_frames(PATIENCE_S)
    listened = await heard_of(listening, turn.request_id)
    stored = await asking.get(turn.chat_id or "")
    following = await asking.post("Hello?", chat_id=turn.chat_id)
    return Death(asked, listened, stored_text, stored, await following.all_frames())
