"""Erases the chats that users have deleted."""

import logging
from collections.abc import Callable
from datetime import timedelta

from threadcast.domain.chat import Chat
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import StoreError
from threadcast.ports import ChatLibrary, Clock

__all__ = ["ChatEraser"]

_log = logging.getLogger(__name__)

_ERASED_AFTER = timedelta(minutes=5)
"""Longer than a request works: one that saw the chat before it was deleted writes nothing after that."""

_GIVEN_UP_AFTER = timedelta(hours=1)
"""A turn that still runs then has no process any more: Lambda ends each after 15 minutes."""


class ChatEraser:
    """Finds deleted chats by the store's index; what an interrupted run leaves, the next one erases."""

    def __init__(self, library: ChatLibrary, clock: Clock, policy: TurnPolicy) -> None:
        self._library = library
        self._clock = clock
        self._policy = policy

    def erase(self, remaining_s: Callable[[], float]) -> int:
        """Erase the chats that are due, as far as `remaining_s()` permits; return how many.

        Raises `StoreUnavailable` if they cannot be found.
        """
        erased = 0
        for chat in self._library.deleted(self._clock.now() - _ERASED_AFTER):
            if remaining_s() < self._policy.sweep_reserve_s:
                break
            if not self._has_turn(chat):
                erased += self._is_erased(chat)
        return erased

    def _has_turn(self, chat: Chat) -> bool:
        """Return whether a turn has yet to end: it was asked to stop, or the sweep closes it."""
        deleted_at, now = chat.deleted_at, self._clock.now()
        is_recent = deleted_at is not None and now - deleted_at < _GIVEN_UP_AFTER
        return chat.running_turn is not None and is_recent

    def _is_erased(self, chat: Chat) -> bool:
        try:
            self._library.delete(chat.id)
        except StoreError as error:
            facts = {"chat_id": chat.id, "reason": type(error).__name__}
            _log.warning("chat_not_erased", extra=facts)
            return False
        return True
