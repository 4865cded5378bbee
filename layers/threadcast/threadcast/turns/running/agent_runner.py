"""The agent at work, on a thread of its own so that a slow model never keeps the turn from being ended."""

import contextlib
import logging
import threading
from collections.abc import Iterator

from threadcast.errors import AgentError
from threadcast.ports.agent_events import AgentEvent, TokensUsed
from threadcast.turns.desk import Desk
from threadcast.turns.running.claim import ClaimedTurn, agent_task

__all__ = ["AgentRunner"]

_log = logging.getLogger(__name__)


class AgentRunner:
    """Carries the agent's events into the live turn until the agent, the turn or the user has had enough.

    `failure` says, once `ended` is set, why the agent could not go on: None if it could, else what to tell
    the user (the empty string: nothing beyond that something went wrong).
    """

    def __init__(self, turn: ClaimedTurn, desk: Desk) -> None:
        self._turn = turn
        self._desk = desk
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"agent {turn.message.id}", daemon=True)
        self.ended = threading.Event()
        self.failure: str | None = None
        self.first_event_s: float | None = None

    def start(self) -> None:
        """Let the agent begin."""
        self._thread.start()

    def stop(self, patience_s: float) -> None:
        """Tell the agent that nobody wants the rest, and give it `patience_s` to return."""
        self._stop.set()
        self._thread.join(patience_s)
        if self._thread.is_alive():
            _log.warning("agent_still_running", extra={"message_id": self._turn.message.id})

    def _run(self) -> None:
        began_s = self._desk.clock.monotonic_s()
        try:
            task = agent_task(self._turn, self._stop, self._desk)
            answer = self._desk.agent().answer(task)
            with contextlib.closing(answer):  # type: ignore[type-var]  # generators close; others needn't
                self._hear(answer, began_s)
        except AgentError as error:
            _log.exception("agent_failed", extra={"message_id": self._turn.message.id})
            self.failure = error.message
        except Exception:  # noqa: BLE001 - the edge of this thread: whatever it was, the turn must be ended
            _log.exception("agent_raised", extra={"message_id": self._turn.message.id})
            self.failure = ""
        finally:
            self.ended.set()

    def _hear(self, answer: Iterator[AgentEvent], began_s: float) -> None:
        """Take what it says; told to stop, it may still tell what it has used, but is left if more comes."""
        says_more = False
        for event in answer:
            if self.first_event_s is None:
                self.first_event_s = self._desk.clock.monotonic_s() - began_s
            if self._stop.is_set() and not isinstance(event, TokensUsed):
                if says_more:
                    return
                says_more = True  # one event may have been on its way
            elif not self._turn.live.say(event):
                self._stop.set()
