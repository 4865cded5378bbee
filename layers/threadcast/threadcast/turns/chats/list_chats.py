"""Answers `/chats/list`: the chats that the user owns, and those that are shared with them."""

from collections.abc import Iterator

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.access import principals_of
from threadcast.domain.user import User
from threadcast.ports import ChatLists, ListedChat
from threadcast.turns.chats.commands import ListRequest
from threadcast.turns.paging import Page, PageRequest, page_of
from threadcast.turns.request_context import RequestContext

__all__ = ["MAX_SHARED_CHATS", "ListChats"]

MAX_SHARED_CHATS = 100
"""Of those that were shared last with the user, and with their organisation: each page reads them all."""


class ListChats:
    """The use case of `/chats/list`.

    The own chats are read page by page, in the order of the index. The shared ones have no such order, since
    their index would have to be written for every reader at every turn: all of them are read for each page.
    """

    def __init__(self, lists: ChatLists, retry: StoreRetry) -> None:
        self._lists = lists
        self._retry = retry

    def serve(self, request: ListRequest, context: RequestContext) -> Iterator[Page[ListedChat]]:
        """Yield the page, those changed last first; raises `StoreUnavailable`."""
        yield self._retry(lambda: self._page(request.page, context.user))

    def _page(self, page: PageRequest, user: User) -> Page[ListedChat]:
        own = self._lists.own(user.id, before=page.after, limit=page.skip + page.size + 1)
        shared = [
            listed
            for listed in self._lists.shared(principals_of(user), limit=MAX_SHARED_CHATS)
            if page.after is None or listed.chat.position < page.after
        ]
        # The organisation's role on an own chat is among the shared ones too.
        found = {listed.chat.position: listed for listed in (*shared, *own)}
        return page_of(sorted(found.items(), key=lambda each: each[0], reverse=True), page)
