"""Asking the offline analyst, and what it said."""

import threading
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from tests.samples.loaded import context_of
from threadcast.domain.asset import AssetContext
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.domain.user import User
from threadcast.ports import AgentTask, Exchange
from threadcast.ports.agent_events import AgentEvent
from threadcast_analyst import OfflineAnalyst

__all__ = ["ALICE", "answer", "events", "headline", "headlines", "short", "task", "text_of"]

ALICE = User("a11ce000-0000-4000-8000-000000000001", "Alice")


def task(prompt: str, context: AssetContext | None, *earlier: str, wants_title: bool = False) -> AgentTask:
    history = tuple(Exchange(question, "…") for question in earlier)
    return AgentTask(prompt, ALICE, history, context, wants_title, threading.Event())


def events(prompt: str, context: AssetContext | None, *, wants_title: bool = False) -> list[AgentEvent]:
    return list(OfflineAnalyst().answer(task(prompt, context, wants_title=wants_title)))


def text_of(said: list[AgentEvent]) -> str:
    return "".join(event.text for event in said if isinstance(event, AnswerDelta))


@cache
def answer(sample: str, prompt: str, *earlier: str) -> str:
    """The whole answer to a prompt about a sample, after the `earlier` ones (oldest first)."""
    return text_of(list(OfflineAnalyst().answer(task(prompt, context_of(sample), *earlier))))


def headlines(sample: str, prompt: str, *earlier: str) -> list[str]:
    """The answer's lines without the sentences on which rows it was computed over."""
    return answer(sample, prompt, *earlier).rpartition("\n\nComputed over")[0].splitlines()


def headline(sample: str, prompt: str, *earlier: str) -> str:
    """The answer's first line."""
    return headlines(sample, prompt, *earlier)[0]


def short(value: float, decimals: int) -> str:
    """A figure as people write it: thousands parted, halves rounded up, no zeros at the end."""
    rounded = Decimal(str(round(float(value), 9))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
