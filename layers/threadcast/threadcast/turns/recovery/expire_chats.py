"""Deletes chats that were not changed for longer than they are kept."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import ClassVar

from threadcast.domain.chat import Chat
from threadcast.errors import StoreError
from threadcast.ports import ChatLibrary, ChatStore, Clock

__all__ = ["ChatExpiry"]

_log = logging.getLogger(__name__)

_MARGIN = timedelta(hours=1)
"""Nobody can change a chat whose time is over, by any clock: none is wrong by as much as this."""

_RESERVE_S = 10
"""What a run must have left to delete one more chat."""

_BATCH = 100


class ChatExpiry:
    """Deletes, part by part, the chats whose last change is `kept_days` ago; 0 keeps all.

    Each minute's run reads one of `SEGMENTS` parts of all chats, so that every chat is looked at once a day.
    What a run could not do is done a day later.
    """

    SEGMENTS: ClassVar[int] = 24 * 60

    def __init__(self, chats: ChatStore, library: ChatLibrary, clock: Clock, kept_days: int) -> None:
        self._chats = chats
        self._library = library
        self._clock = clock
        self._kept_days = kept_days

    def run(self, remaining_s: Callable[[], float]) -> int:
        """Delete the expired chats of this minute's part, as far as `remaining_s()` permits; return how many.

        Raises `StoreUnavailable`, if they cannot be found.
        """
        if not self._kept_days:
            return 0
        now = self._clock.now()
        since = now - timedelta(days=self._kept_days) - _MARGIN
        segment = int(now.timestamp()) // 60 % self.SEGMENTS
        deleted = 0
        for chat in self._expired(since, segment):
            if remaining_s() < _RESERVE_S:
                break
            deleted += self._delete(chat)
        return deleted

    def _expired(self, since: datetime, segment: int) -> Iterator[Chat]:
        """Yield the chats that have not changed since then, by their own items: the index lags behind."""
        found = iter(self._library.unchanged(since, segment, self.SEGMENTS))
        while batch := list(islice(found, _BATCH)):
            for chat in self._chats.chats(batch).values():
                if chat.updated_at < since and chat.running_turn is None:
                    yield chat

    def _delete(self, chat: Chat) -> bool:
        try:
            self._library.delete(chat.id)
        except StoreError as error:
            _log.warning("chat_not_expired", extra={"chat_id": chat.id, "reason": type(error).__name__})
            return False
        return True
