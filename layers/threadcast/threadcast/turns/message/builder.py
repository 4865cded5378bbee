"""Builds a message: an agent's events in, a turn's events out, and the message's state at any time.

This is the server's side of the fold invariant: `view` is the chat of a client that has folded every event.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, assert_never

from threadcast.domain.chat import ChatView
from threadcast.domain.message import Message, Outcome
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    AnswerSnapshot,
    ReasoningDelta,
    ReasoningEnd,
    StepSnapshot,
    TitleDelta,
    TitleEnd,
)
from threadcast.domain.text import json_size
from threadcast.domain.turn_events import TurnEvent
from threadcast.ports.agent_events import AgentEvent, FileMade, TokensUsed
from threadcast.turns.message.answer import AnswerBuilder
from threadcast.turns.message.part_ids import part_id, with_id
from threadcast.turns.message.reasoning import ReasoningBuilder
from threadcast.turns.message.sanitizer import PART_BYTES, AgentEventSanitizer, weight

__all__ = ["CUT_NOTICE", "MessageBuilder"]

CUT_NOTICE = "\n\n*The answer ends here: it has reached the largest size that a message may have.*"

_ENVELOPE_BYTES = 2_048
"""What a message weighs beside its texts."""

_LEAST_ROOM_BYTES = 8_192
"""Room for an answer, even to a prompt that fills a message alone."""


class MessageBuilder:
    """Builds one message of a chat. Not thread-safe.

    `view` is the chat as the turn opened it; its newest message is the one to build. `max_bytes` bounds that
    message as serialised: past it the builder is `full`, adds a visible notice and accepts no more.
    """

    def __init__(self, view: ChatView, now: Callable[[], datetime], max_bytes: int) -> None:
        self._view = view
        self._message = view.newest
        self._now = now
        self._reasoning = ReasoningBuilder(now)
        self._answer = AnswerBuilder(now)
        self._sanitizer = AgentEventSanitizer()
        self._weights: dict[str, int] = {}
        self._title: list[str] = []
        self._room_bytes = max(
            max_bytes - _ENVELOPE_BYTES - json_size(self._message.prompt or "") - json_size(CUT_NOTICE),
            _LEAST_ROOM_BYTES,
        )
        self.full = False

    def apply(self, event: AgentEvent) -> tuple[TurnEvent, ...]:
        """Return the turn's events for an agent's event; none once the builder is full: only usage counts."""
        if self.full and not isinstance(event, TokensUsed):
            return ()
        event = self._sanitizer.sanitize(with_id(event, self._message.id))
        self._weigh(event)
        if self._room_bytes < 0 and not self.full:
            self.full = True
            notice = AnswerDelta(part_id(self._message.id, "response", "notice"), CUT_NOTICE.lstrip())
            return tuple(self._answer.extend(notice))
        return tuple(self._applied(event))

    def close(self, status: Literal["completed", "failed"]) -> tuple[TurnEvent, ...]:
        """End every open part, and title an untitled chat, so that a terminal event may follow."""
        return (*self._reasoning.close(status), *self._closing_title(), *self._answer.close())

    def decide(self, outcome: Outcome) -> ChatView:
        """Return the chat in its final state; call once, after `close`."""
        now = self._now()
        chat = self._view.chat.end_turn(now, self._answer.last_file, self._answer.last_version)
        self._message = self._message.close(outcome, now)
        self._view = replace(self._view, chat=chat)
        return self.view()

    def view(self) -> ChatView:
        """Return the chat with the message as it is now."""
        chat = self._view.chat
        if self._title:
            chat = replace(chat, title="".join(self._title))
        return replace(self._view, chat=chat).with_newest(self.message())

    def message(self) -> Message:
        """Return the message as it is now, with its open parts."""
        return replace(
            self._message,
            reasoning=self._reasoning.parts(),
            responses=self._answer.parts(),
            final_reasoning=self._reasoning.summary(),
        )

    def open_answers(self) -> tuple[AnswerSnapshot, ...]:
        """Return the open texts of the answer, whole so far."""
        return self._answer.open_texts()

    def _applied(self, event: AgentEvent) -> Iterator[TurnEvent]:
        match event:
            case AnswerDelta():
                yield from self._answer.extend(event)
            case ReasoningDelta():
                yield from self._reasoning.extend(event)
            case ReasoningEnd():
                yield from self._reasoning.end(event)
            case StepSnapshot():
                yield from self._reasoning.show(event)
            case TitleDelta():
                yield from self._extend_title(event)
            case TitleEnd():
                yield TitleEnd(self._decide_title(event.title))
            case AnswerEnd():
                yield from self._answer.end(event)
            case FileMade():
                yield from self._answer.attach(event)
            case TokensUsed():
                self._count_tokens(event)
            case _:
                assert_never(event)

    def _weigh(self, event: AgentEvent) -> None:
        """Subtract the size of a part from the room; a part that replaces another counts the difference."""
        match event:
            case AnswerDelta(id=id_):
                self._take(id_, weight(event), beside=PART_BYTES)
            case ReasoningDelta(id=id_, title=title):
                self._take(id_, weight(event), beside=PART_BYTES + json_size(title))
            case StepSnapshot(part=part):
                self._take(part.id, PART_BYTES + weight(event) - self._weights.get(part.id, 0))
            case FileMade(id=id_):
                self._take(id_, PART_BYTES + weight(event))

    def _take(self, id_: str, added: int, beside: int = 0) -> None:
        """Subtract `added` bytes from the room, and `beside` for the fields of a new part."""
        former = self._weights.get(id_)
        added += beside if former is None else 0
        self._weights[id_] = (former or 0) + added
        self._room_bytes -= added

    def _extend_title(self, event: TitleDelta) -> Iterator[TurnEvent]:
        if event.text:
            self._title.append(event.text)
            yield event

    def _closing_title(self) -> tuple[TurnEvent, ...]:
        title = "".join(self._title) or self._view.chat.title_after(self._message.prompt)
        return () if title == self._view.chat.title else (TitleEnd(self._decide_title(title)),)

    def _decide_title(self, title: str) -> str:
        self._view = replace(self._view, chat=replace(self._view.chat, title=title))
        self._title.clear()
        return title

    def _count_tokens(self, used: TokensUsed) -> None:
        self._message = replace(
            self._message,
            input_tokens=self._message.input_tokens + used.input_tokens,
            output_tokens=self._message.output_tokens + used.output_tokens,
            cached_tokens=self._message.cached_tokens + used.cached_tokens,
            estimated_tokens=self._message.estimated_tokens + used.estimated_tokens,
            cost_usd=_sum(self._message.cost_usd, used.cost_usd),
        )


def _sum(former: Decimal | None, more: Decimal | None) -> Decimal | None:
    """Return the sum of the costs that are known; None if neither is."""
    known = [cost for cost in (former, more) if cost is not None]
    return sum(known, Decimal(0)) if known else None
