"""Ranges of sort keys that read a chat's messages without its removed ones."""

from collections.abc import Iterator

from threadcast.adapters.dynamodb import keys
from threadcast.domain.chat import Chat, RemovedRange

__all__ = ["is_visible", "spans_to_read"]

_MIN_SKIPPED_MESSAGES = 8
"""Removed ranges of at least this size are skipped: a further call costs less than reading them."""


def is_visible(chat: Chat, sort_key: str) -> bool:
    """Return whether a message is part of the chat as it was read.

    A message that was written after that read is not: its number is not below `next_message_number`.
    """
    number = keys.message_number(sort_key)
    if number is None or number >= chat.next_message_number:
        return False
    return not any(removed.first <= number <= removed.last for removed in chat.removed)


def spans_to_read(chat: Chat) -> Iterator[tuple[str, str]]:
    """Yield ranges of sort keys, newest first, that skip the long removed ranges.

    The first range always exists and includes the roles, which sort after all messages.
    """
    high = keys.ABOVE_ROLES
    for removed in _removed_ranges_newest_first(chat):
        if removed.last - removed.first + 1 >= _MIN_SKIPPED_MESSAGES:
            yield keys.message(chat.id, removed.last + 1).sk, high
            high = keys.message(chat.id, removed.first - 1).sk
    if high != keys.message(chat.id, 0).sk:
        yield keys.message(chat.id, 1).sk, high


def _removed_ranges_newest_first(chat: Chat) -> Iterator[RemovedRange]:
    """Yield the removed ranges, with adjacent and overlapping ones joined."""
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
