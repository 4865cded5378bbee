"""A user's session in a chaos run: some turns, and whatever happens to them meanwhile."""

import asyncio
import functools
import random
import time
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from tests.e2e.invariants import Frame
from tests.e2e.local_stack import Person, sample
from tests.fault_injection.invariants import Verdict, disorder, judge, must_hear
from tests.fault_injection.records import Asked, Kind
from tests.fault_injection.simulated_user import DemoUser, until
from threadcast_client import ClientError

__all__ = ["Session", "Timings"]

QUESTIONS: Final = ("How did it change between 2012 and 2014?", "Show the trend", "Hello?")
ASSETS: Final = (("work_and_power", "dashboard_file"), ("iowa_electricity", "metric_file"))
FIRST_KINDS: Final[tuple[Kind, ...]] = ("asset", "asset", "asset and prompt", "asset and prompt", "prompt")
LATER_KINDS: Final[tuple[Kind, ...]] = ("follow-up", "follow-up", "follow-up", "replace")
ACTS: Final = {"join": 3, "drop": 2, "resend": 2, "stop": 2, "replace": 1, "interrupt": 1, "leave": 1}
TURN_S, SETTLING_S, GIVE_UP_S, ASK_AFTER_S = 120.0, 26.0, 100.0, 2.5


@dataclass
class Timings:
    """Seconds to a tab's first frame, from its opening or the turn's, whichever is later, and from a stop to
    the turn's last frame.
    """

    catch_ups_s: list[float] = field(default_factory=list)
    stops_s: list[float] = field(default_factory=list)


class Session:
    """One user with one chat and one to three tabs; `verdicts` grow by the turn, `disorders` come last."""

    def __init__(self, person: Person, rng: random.Random, timings: Timings) -> None:
        self._user = DemoUser(person, rng)
        self._rng = rng
        self._timings = timings
        self._chat_id: str | None = None
        self._message_ids: list[str] = []
        self.verdicts: list[tuple[Asked, Verdict]] = []
        self.disorders: list[tuple[str, str]] = []

    async def play(self, turns: int) -> None:
        """Take so many turns, one after the other, then close everything."""
        for _ in range(self._rng.choice((1, 1, 2, 3))):
            await self._user.open_tab()
        while len(self.verdicts) < turns:
            await self._take_turn(self._kind(), self._rng.choice((0, 0, 1, 1, 2)))
        await self._user.close()
        self.disorders = [fault for tab in self._user.tabs for fault in disorder(tab)]

    def _kind(self) -> Kind:
        return self._rng.choice(FIRST_KINDS if not self._message_ids else LATER_KINDS)

    async def _take_turn(self, kind: Kind, acts: int, replaces: Asked | None = None) -> None:
        payload = self._payload(kind, replaces)
        asked = Asked(str(uuid4()), kind, payload, tabs=self._user.tabs, replaces=replaces)
        await self._user.on_some_tab(lambda tab: tab.ask(asked))
        chosen = self._rng.choices(list(ACTS), list(ACTS.values()), k=acts)
        acting = [asyncio.create_task(self._act(act, asked)) for act in chosen]
        await self._until_over(asked)
        await asyncio.gather(*acting)
        message = await self._settled(asked)
        self.verdicts.append((asked, judge(asked, message)))

    def _payload(self, kind: Kind, replaces: Asked | None) -> Frame:
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

    async def _until_over(self, asked: Asked) -> None:
        """Wait for the turn as a client does: after some silence it looks, or asks once more."""
        deadline_s = time.monotonic() + TURN_S
        while not await until(lambda: bool(asked.terminals()), ASK_AFTER_S):
            if asked.chat_id is None:
                await self._user.on_some_tab(lambda tab: tab.ask(asked, again=True))
            elif (message := await self._stored(asked)) is None or message["is_completed"]:
                return
            if time.monotonic() > deadline_s:
                asked.never_over = True
                return

    async def _settled(self, asked: Asked) -> Frame | None:
        """Wait until all have received the end; the message as it is stored then, None as `_stored` has it.

        Whoever decided the outcome may have died: the next request for the chat delivers it.
        """
        give_up_s = time.monotonic() + GIVE_UP_S
        while True:
            message = await self._stored(asked)
            all_heard = functools.partial(self._all_heard, asked, message)
            if await until(all_heard, SETTLING_S) or time.monotonic() > give_up_s:
                return message

    async def _stored(self, asked: Asked) -> Frame | None:
        """The message as a get tells it; None if it was replaced, or never opened."""
        chat = None if asked.chat_id is None else await self._user.get(asked.chat_id)
        if chat is None:
            return None
        self._chat_id, self._message_ids = chat["id"], chat["message_ids"]
        message: Frame | None = chat["messages"].get(asked.message_id)
        return message

    def _all_heard(self, asked: Asked, message: Frame | None) -> bool:
        terminals = asked.terminals()
        listening = [tab for tab in asked.tabs if must_hear(tab, asked, message, terminals)]
        return all(tab.has_terminal(asked) for tab in listening)

    async def _act(self, act: str, asked: Asked) -> None:
        await asyncio.sleep(self._rng.uniform(0, 1.2))
        asked.acts.append(act)
        match act:
            case "join":
                await self._join(asked)
            case "drop":
                await self._rng.choice(self._user.tabs).connection.drop()
                await asyncio.sleep(self._rng.uniform(0, 0.5))
                await self._user.open_tab()
            case "leave":
                await self._rng.choice(self._user.tabs).connection.close()
            case "resend":
                await self._user.on_some_tab(lambda tab: tab.ask(asked, again=True))
            case "stop":
                await self._stop(asked)
            case "replace" | "interrupt" if asked.chat_id is not None and not asked.terminals():
                self._chat_id = asked.chat_id
                replaced = asked if act == "replace" else None
                await self._take_turn("replace" if replaced else "follow-up", 0, replaced)

    async def _join(self, asked: Asked) -> None:
        ran, tab = not asked.terminals(), await self._user.open_tab()
        await until(lambda: asked.message_id is not None, SETTLING_S)
        began_s = time.monotonic()
        await until(lambda: bool(tab.heard(asked) or asked.terminals()), SETTLING_S)
        if ran and tab.heard(asked):
            self._timings.catch_ups_s.append(time.monotonic() - began_s)

    async def _stop(self, asked: Asked) -> None:
        if asked.chat_id is None or asked.terminals():
            return
        try:
            tab = await self._user.open_one()
            stopped = await tab.connection.stop(asked.chat_id, asked.message_id or "", timeout_s=5)
        except ClientError:
            return
        began_s = time.monotonic()
        if stopped and await until(lambda: bool(asked.terminals()), TURN_S):
            self._timings.stops_s.append(time.monotonic() - began_s)
