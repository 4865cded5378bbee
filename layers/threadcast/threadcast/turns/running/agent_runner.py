"""Runs the agent of a turn on a thread of its own."""

import contextlib
import contextvars
import logging
import threading
from collections.abc import Callable, Iterator

from threadcast.domain.error_report import error_facts
from threadcast.errors import AgentError
from threadcast.ports import Agent, AssetStore, Clock
from threadcast.ports.agent_events import AgentEvent, TokensUsed
from threadcast.turns.budgets import Budgets, TurnSpending
from threadcast.turns.running.claim import ClaimedTurn, agent_task

__all__ = ["AgentRunner", "AgentRunners"]

_log = logging.getLogger(__name__)


class AgentRunners:
    """Makes the runners of agents; `agent` is called on a runner's thread, when it starts."""

    def __init__(
        self, agent: Callable[[], Agent], assets: AssetStore, clock: Clock, budgets: Budgets
    ) -> None:
        self._agent = agent
        self._assets = assets
        self._clock = clock
        self._budgets = budgets

    def of(self, turn: ClaimedTurn) -> "AgentRunner":
        """Return the runner of a turn, not started yet."""
        spending = self._budgets.of_turn(turn.user.id, turn.message.id)
        return AgentRunner(turn, self._agent, self._assets, self._clock, spending)


class AgentRunner:
    """Passes the agent's events to the live turn until the agent ends, the turn is full, or it is stopped.

    The usage of a model's calls is counted in the user's month.

    `failure` is set once `ended` is set, if the agent failed: a sentence for the user, or the empty string
    where there is nothing to say beyond that it failed. `first_event_s` is the time to the first event, in
    seconds; None before it.
    """

    def __init__(
        self,
        turn: ClaimedTurn,
        agent: Callable[[], Agent],
        assets: AssetStore,
        clock: Clock,
        spending: TurnSpending,
    ) -> None:
        self._turn = turn
        self._agent = agent
        self._assets = assets
        self._clock = clock
        self._spending = spending
        self._stop = threading.Event()
        context = contextvars.copy_context()  # the invocation's log keys
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), name=f"agent {turn.message.id}", daemon=True
        )
        self.ended = threading.Event()
        self.failure: str | None = None
        self.first_event_s: float | None = None

    def start(self) -> None:
        """Start the agent."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Ask the agent to stop, and wait `timeout_s` seconds at most for its end."""
        self._stop.set()
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            _log.warning("agent_still_running", extra={"message_id": self._turn.message.id})

    def _run(self) -> None:
        began_s = self._clock.monotonic_s()
        try:
            task = agent_task(self._turn, self._stop, self._assets, self._spending)
            answer = self._agent().answer(task)
            with contextlib.closing(answer):  # type: ignore[type-var]  # generators close; others needn't
                self._receive(answer, began_s)
        except AgentError as error:
            self._log_failure("agent_failed", error)
            self.failure = error.message
        except Exception as error:  # noqa: BLE001 - the edge of this thread: the turn must be ended in any case
            self._log_failure("agent_raised", error)
            self.failure = ""
        finally:
            self.ended.set()

    def _log_failure(self, event: str, error: Exception) -> None:
        _log.error(event, extra={"message_id": self._turn.message.id, **error_facts(error)})

    def _receive(self, answer: Iterator[AgentEvent], began_s: float) -> None:
        """Take the agent's events; after a stop, one more event and the usage of tokens are accepted."""
        has_continued = False
        for event in answer:
            if isinstance(event, TokensUsed):
                self._spending.count(event)
            if self.first_event_s is None:
                self.first_event_s = self._clock.monotonic_s() - began_s
            if self._stop.is_set() and not isinstance(event, TokensUsed):
                if has_continued:
                    return
                has_continued = True  # one event may have been under way when the stop came
            elif not self._turn.live.say(event):
                self._stop.set()
