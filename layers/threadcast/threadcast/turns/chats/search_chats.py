"""Answers `/chats/search`: looks for words in the titles and the questions of the user's own chats.

There is no index of words: it would cost every turn more than it takes to read. A request reads the
questions of `CHATS_PER_REQUEST` chats, those changed last first, and the next page goes on after them, to the
user's last chat.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.chat import Chat
from threadcast.domain.user import User
from threadcast.ports import ChatLists, ChatStore
from threadcast.turns.chats.commands import SearchRequest
from threadcast.turns.paging import Page
from threadcast.turns.request_context import RequestContext

__all__ = ["CHATS_PER_REQUEST", "FoundChat", "SearchChats"]

CHATS_PER_REQUEST = 100
_READ_BYTES = 32_768
"""Of the newest messages of each chat."""

_READERS = 8
_EXCERPT_CHARACTERS = 200
_BEFORE_THE_WORD = 60


@dataclass(frozen=True, slots=True)
class FoundChat:
    """A chat in which every word occurs; `excerpt` is from the newest question that has them, or empty."""

    chat: Chat
    excerpt: str


class SearchChats:
    """The use case of `/chats/search`."""

    def __init__(self, lists: ChatLists, chats: ChatStore, retry: StoreRetry) -> None:
        self._lists = lists
        self._chats = chats
        self._retry = retry

    def serve(self, request: SearchRequest, context: RequestContext) -> Iterator[Page[FoundChat]]:
        """Yield the page of chats that were found, those changed last first; raises `StoreUnavailable`."""
        yield self._retry(lambda: self._page(request, context.user))

    def _page(self, request: SearchRequest, user: User) -> Page[FoundChat]:
        page, words = request.page, request.text.casefold().split()
        own = self._lists.own(user.id, before=page.after, limit=CHATS_PER_REQUEST + 1)
        chats = [listed.chat for listed in own[:CHATS_PER_REQUEST]]
        with ThreadPoolExecutor(_READERS, "search") as readers:
            results = readers.map(lambda chat: self._found(chat, words), chats)
            found = [(each.chat.position, each) for each in results if each is not None][page.skip :]
        if len(found) > page.size:
            return Page(tuple(found[: page.size]), found[page.size - 1][0])
        return Page(tuple(found), chats[-1].position if len(own) > len(chats) else None)

    def _found(self, chat: Chat, words: Sequence[str]) -> FoundChat | None:
        stored = self._chats.load(chat.id, (), max_bytes=_READ_BYTES)
        messages = () if stored is None else reversed(stored.messages)
        for prompt in (message.prompt for message in messages):
            if prompt is not None and _has_all(prompt, words):
                return FoundChat(chat, _excerpt(prompt, words))
        return FoundChat(chat, "") if _has_all(chat.title, words) else None


def _has_all(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)


def _excerpt(text: str, words: Sequence[str]) -> str:
    """Return the words' surroundings, in one line."""
    line = " ".join(text.split())
    at = min((found for word in words if (found := line.casefold().find(word)) >= 0), default=0)
    start = max(at - _BEFORE_THE_WORD, 0)
    cut = line[start : start + _EXCERPT_CHARACTERS]
    return f"{'…' if start else ''}{cut}{'…' if start + len(cut) < len(line) else ''}"
