"""The chat so far, newest first within a budget, cut at the borders of messages."""

from collections.abc import Sequence
from typing import Literal

from threadcast.domain.token_budget import clipped, estimated_tokens
from threadcast.ports import Exchange

__all__ = ["Turn", "history_messages"]

Turn = tuple[Literal["user", "assistant"], str]
"""Who says something, and what."""

_OPENED = "(I opened the asset.)"
_UNANSWERED = "(There was no answer.)"
_LEFT_OUT = "(Earlier messages of this chat are left out.)\n\n"


def history_messages(history: Sequence[Exchange], max_tokens: int) -> tuple[Turn, ...]:
    """The exchanges that fit, oldest first, user and assistant in turns as every model wants them.

    The newest is always there, its answer cut where it alone is too long.
    """
    kept: list[tuple[Turn, Turn]] = []
    room = max_tokens
    for exchange in reversed(history):
        pair = _turns(exchange)
        weight = sum(estimated_tokens(text) for _, text in pair)
        if weight > room and kept:
            break
        kept.insert(0, pair if weight <= room else _shortened(pair, room))
        room -= weight
    turns = [turn for pair in kept for turn in pair]
    if len(kept) < len(history) and turns:
        turns[0] = ("user", _LEFT_OUT + turns[0][1])
    return tuple(turns)


def _turns(exchange: Exchange) -> tuple[Turn, Turn]:
    asked = (exchange.prompt or "").strip() or _OPENED
    return ("user", asked), ("assistant", exchange.answer.strip() or _UNANSWERED)


def _shortened(pair: tuple[Turn, Turn], max_tokens: int) -> tuple[Turn, Turn]:
    (asker, asked), (answerer, answer) = pair
    asked = clipped(asked, max_tokens // 2)
    return (asker, asked), (answerer, clipped(answer, max_tokens - estimated_tokens(asked)))
