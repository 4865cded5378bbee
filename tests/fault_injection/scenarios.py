"""One user's scenario in a fault-injection run: some turns, and what the user does during them."""

import asyncio
import functools
import random
import time
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from tests.e2e.invariants import Frame
from tests.e2e.local_stack import Person, sample
from tests.fault_injection.invariants import TurnCheck, check_turn, must_receive_end, out_of_order_ends
from tests.fault_injection.records import Kind, RequestedTurn
from tests.fault_injection.simulated_user import REPLY_TIMEOUT_S, SimulatedUser, wait_until
from threadcast_client import ClientError

__all__ = ["Scenario", "Timings"]

QUESTIONS: Final = ("How did it change between 2012 and 2014?", "Show the trend", "Hello?")
ASSETS: Final = (("work_and_power", "dashboard_file"), ("iowa_electricity", "metric_file"))
FIRST_KINDS: Final[tuple[Kind, ...]] = ("asset", "asset", "asset and prompt", "asset and prompt", "prompt")
LATER_KINDS: Final[tuple[Kind, ...]] = ("follow-up", "follow-up", "follow-up", "replace")
ACTS: Final = {"join": 3, "drop": 2, "duplicate": 2, "stop": 2, "replace": 1, "interrupt": 1, "leave": 1}
"""What a user does during a turn, with weights."""

TURN_TIMEOUT_S: Final = 120.0
DELIVERY_TIMEOUT_S: Final = 100.0
"""How long after a turn's end the terminal frame may take to reach every connection."""

POLL_PERIOD_S: Final = 26.0
"""How long to wait for frames before the chat is requested again, past a lease of 15 s."""

SILENCE_S: Final = 2.5
"""How long a client waits for the end before it looks at the chat, or repeats its request."""


@dataclass
class Timings:
    """Seconds to a joined connection's first frame, counted from its opening or the turn's, whichever is
    later; and seconds from a stop to the turn's terminal frame.
    """

    catch_ups_s: list[float] = field(default_factory=list)
    stops_s: list[float] = field(default_factory=list)


class Scenario:
    """One user with one chat and one to three connections.

    `checks` grows by one for each turn; `out_of_order` is filled when all turns have ended.
    """

    def __init__(self, person: Person, rng: random.Random, timings: Timings) -> None:
        self._user = SimulatedUser(person, rng)
        self._rng = rng
        self._timings = timings
        self._chat_id: str | None = None
        self._message_ids: list[str] = []
        self.checks: list[tuple[RequestedTurn, TurnCheck]] = []
        self.out_of_order: list[tuple[str, str]] = []

    async def play(self, turns: int) -> None:
        """Run so many turns one after the other, then close all connections."""
        for _ in range(self._rng.choice((1, 1, 2, 3))):
            await self._user.connect()
        while len(self.checks) < turns:
            await self._run_turn(self._choose_kind(), self._rng.choice((0, 0, 1, 1, 2)))
        await self._user.close()
        self.out_of_order = [found for each in self._user.connections for found in out_of_order_ends(each)]

    def _choose_kind(self) -> Kind:
        return self._rng.choice(FIRST_KINDS if not self._message_ids else LATER_KINDS)

    async def _run_turn(self, kind: Kind, acts: int, replaces: RequestedTurn | None = None) -> None:
        payload = self._payload(kind, replaces)
        turn = RequestedTurn(
            str(uuid4()), kind, payload, connections=self._user.connections, replaces=replaces
        )
        await self._user.on_open_connection(lambda connection: connection.request(turn))
        chosen = self._rng.choices(list(ACTS), list(ACTS.values()), k=acts)
        acting = [asyncio.create_task(self._act(act, turn)) for act in chosen]
        await self._wait_for_end(turn)
        await asyncio.gather(*acting)
        message = await self._wait_for_delivery(turn)
        self.checks.append((turn, check_turn(turn, message)))

    def _payload(self, kind: Kind, replaces: RequestedTurn | None) -> Frame:
        name, asset_type = self._rng.choice(ASSETS)
        asset = {"asset_id": sample(name).asset.id, "asset_type": asset_type}
        prompt = {"prompt": self._rng.choice(QUESTIONS)}
        if kind == "asset":
            return asset
        if kind == "asset and prompt":
            return {**asset, **prompt}
        if kind == "prompt":
            return prompt
        if replaces is not None:
            return {**prompt, "chat_id": replaces.chat_id, "message_id": replaces.message_id}
        chat = {**prompt, "chat_id": self._chat_id}
        return chat if kind == "follow-up" else {**chat, "message_id": self._rng.choice(self._message_ids)}

    async def _wait_for_end(self, turn: RequestedTurn) -> None:
        """Wait for the turn as a client does: after some silence it gets the chat, or repeats the request."""
        deadline_s = time.monotonic() + TURN_TIMEOUT_S
        while not await wait_until(lambda: bool(turn.terminals()), SILENCE_S):
            if turn.chat_id is None:
                await self._user.on_open_connection(lambda each: each.request(turn, is_duplicate=True))
            elif (message := await self._stored(turn)) is None or message["is_completed"]:
                return
            if time.monotonic() > deadline_s:
                turn.timed_out = True
                return

    async def _wait_for_delivery(self, turn: RequestedTurn) -> Frame | None:
        """Wait until every connection has received the end; return the message as `_stored` does.

        The process that decided the outcome may have been killed: the next request for the chat delivers it.
        """
        deadline_s = time.monotonic() + DELIVERY_TIMEOUT_S
        while True:
            message = await self._stored(turn)
            is_delivered = functools.partial(self._is_delivered, turn, message)
            if await wait_until(is_delivered, POLL_PERIOD_S) or time.monotonic() > deadline_s:
                return message

    async def _stored(self, turn: RequestedTurn) -> Frame | None:
        """Return the message as a get has it; None if it was replaced, or its turn was not opened."""
        chat = None if turn.chat_id is None else await self._user.get(turn.chat_id)
        if chat is None:
            return None
        self._chat_id, self._message_ids = chat["id"], chat["message_ids"]
        message: Frame | None = chat["messages"].get(turn.message_id)
        return message

    def _is_delivered(self, turn: RequestedTurn, message: Frame | None) -> bool:
        terminals = turn.terminals()
        required = [each for each in turn.connections if must_receive_end(each, turn, message, terminals)]
        return all(connection.has_terminal(turn) for connection in required)

    async def _act(self, act: str, turn: RequestedTurn) -> None:
        await asyncio.sleep(self._rng.uniform(0, 1.2))
        turn.acts.append(act)
        match act:
            case "join":
                await self._join(turn)
            case "drop":
                await self._rng.choice(self._user.connections).connection.drop()
                await asyncio.sleep(self._rng.uniform(0, 0.5))
                await self._user.connect()
            case "leave":
                await self._rng.choice(self._user.connections).connection.close()
            case "duplicate":
                await self._user.on_open_connection(lambda each: each.request(turn, is_duplicate=True))
            case "stop":
                await self._stop(turn)
            case "replace" | "interrupt" if turn.chat_id is not None and not turn.terminals():
                self._chat_id = turn.chat_id
                replaced = turn if act == "replace" else None
                await self._run_turn("replace" if replaced else "follow-up", 0, replaced)

    async def _join(self, turn: RequestedTurn) -> None:
        was_running, connection = not turn.terminals(), await self._user.connect()
        await wait_until(lambda: turn.message_id is not None, POLL_PERIOD_S)
        began_s = time.monotonic()
        await wait_until(lambda: bool(connection.frames_of(turn) or turn.terminals()), POLL_PERIOD_S)
        if was_running and connection.frames_of(turn):
            self._timings.catch_ups_s.append(time.monotonic() - began_s)

    async def _stop(self, turn: RequestedTurn) -> None:
        if turn.chat_id is None or turn.terminals():
            return
        try:
            connection = (await self._user.open_connection()).connection
            stopped = await connection.stop(turn.chat_id, turn.message_id or "", timeout_s=REPLY_TIMEOUT_S)
        except ClientError:
            return
        began_s = time.monotonic()
        if stopped and await wait_until(lambda: bool(turn.terminals()), TURN_TIMEOUT_S):
            self._timings.stops_s.append(time.monotonic() - began_s)
