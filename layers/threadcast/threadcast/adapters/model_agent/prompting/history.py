"""The chat's history for a model: the newest exchanges that fit a budget."""

from collections.abc import Sequence
from typing import Literal

from threadcast.domain.text import clipped, estimated_tokens
from threadcast.ports import Exchange

__all__ = ["Turn", "history_messages"]

Turn = tuple[Literal["user", "assistant"], str]
"""A message's role and text."""

_OPENED = "(I opened the asset.)"
_UNANSWERED = "(There was no answer.)"
_LEFT_OUT = "(Earlier messages of this chat are left out.)\n\n"


def history_messages(history: Sequence[Exchange], max_tokens: int) -> tuple[Turn, ...]:
    """Return the messages of the exchanges that fit, oldest first, user and assistant alternating.

    The newest exchange is always included, cut if it alone exceeds the budget.
    """
    kept: list[tuple[Turn, Turn]] = []
    room = max_tokens
    for exchange in reversed(history):
        pair = _message_pair(exchange)
        weight = sum(estimated_tokens(text) for _, text in pair)
        if weight > room and kept:
            break
        kept.insert(0, pair if weight <= room else _shortened(pair, room))
        room -= weight
    turns = [turn for pair in kept for turn in pair]
    if len(kept) < len(history) and turns:
        turns[0] = ("user", _LEFT_OUT + turns[0][1])
    return tuple(turns)


def _message_pair(exchange: Exchange) -> tuple[Turn, Turn]:
    prompt = (exchange.prompt or "").strip() or _OPENED
    return ("user", prompt), ("assistant", exchange.answer.strip() or _UNANSWERED)


def _shortened(pair: tuple[Turn, Turn], max_tokens: int) -> tuple[Turn, Turn]:
    (user, prompt), (assistant, answer) = pair
    prompt = clipped(prompt, max_tokens // 2)
    return (user, prompt), (assistant, clipped(answer, max_tokens - estimated_tokens(prompt)))
