"""How to read a chat's messages without those that were replaced."""

from collections.abc import Iterator

from threadcast.adapters.dynamodb import keys
from threadcast.domain.chat import Chat, RemovedRange

__all__ = ["is_visible", "spans_to_read"]

_WORTH_A_JUMP = 8
"""From so many messages on, a further call costs less than to read through a removed range."""


def is_visible(chat: Chat, sort_key: str) -> bool:
    """Whether a message of the chat is to be seen in the chat as it was read.

    One that was opened between that read and this one is not: its number is still to be given out.
    """
    number = keys.message_number(sort_key)
    if number is None or number >= chat.next_message_number:
        return False
    return not any(removed.first <= number <= removed.last for removed in chat.removed)


def spans_to_read(chat: Chat) -> Iterator[tuple[str, str]]:
    """Ranges of sort keys, newest first, that leave the long removed ranges out.

    The first one also holds the roles, which sort after all messages, and is there in any case.
    """
    high = keys.ABOVE_ROLES
    for gap in _gaps_newest_first(chat):
        if gap.last - gap.first + 1 >= _WORTH_A_JUMP:
            yield keys.message(chat.id, gap.last + 1).sk, high
            high = keys.message(chat.id, gap.first - 1).sk
    if high != keys.message(chat.id, 0).sk:
        yield keys.message(chat.id, 1).sk, high


def _gaps_newest_first(chat: Chat) -> Iterator[RemovedRange]:
    """The removed ranges, those that touch or overlap joined."""
    joined: RemovedRange | None = None
    for removed in sorted(chat.removed, key=lambda removed: removed.last, reverse=True):
        if joined is not None and removed.last >= joined.first - 1:
            joined = RemovedRange(min(removed.first, joined.first), joined.last)
            continue
        if joined is not None:
            yield joined
        joined = removed
    if joined is not None:
        yield joined
