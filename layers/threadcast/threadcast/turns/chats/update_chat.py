"""Answers `/chats/update`: renames a chat, and sets the user's own mark on it."""

from collections.abc import Iterator
from dataclasses import replace

from threadcast.domain.access import Role
from threadcast.domain.chat import ChatView
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import ChatEdits, ChatStore, Clock
from threadcast.turns.chats.commands import UpdateRequest
from threadcast.turns.chats.stale_reads import StaleReadRetry
from threadcast.turns.opening.target import chat_with_role, visible_chat
from threadcast.turns.request_context import RequestContext

__all__ = ["UpdateChat"]


class UpdateChat:
    """The use case of `/chats/update`."""

    def __init__(
        self, chats: ChatStore, edits: ChatEdits, clock: Clock, policy: TurnPolicy, retry: StaleReadRetry
    ) -> None:
        self._chats = chats
        self._edits = edits
        self._clock = clock
        self._policy = policy
        self._retry = retry

    def serve(self, request: UpdateRequest, context: RequestContext) -> Iterator[ChatView]:
        """Yield the changed chat; raises `NotFound`, `Unauthorized` or `StoreUnavailable`.

        Everybody who sees the chat may mark it: a mark is the user's own. Its name is everybody's.
        """
        yield self._retry(lambda: self._update(request, context))

    def _update(self, request: UpdateRequest, context: RequestContext) -> ChatView:
        max_bytes, user = self._policy.history_bytes, context.user
        if request.title is None:
            stored = visible_chat(request.chat_id, user, self._chats, max_bytes)
        else:
            what = "rename it"
            stored = chat_with_role(Role.CAN_EDIT, what, request.chat_id, user, self._chats, max_bytes)
            stored = replace(stored, chat=stored.chat.rename(request.title, self._clock.now()))
            self._edits.change(stored.chat)
        if request.is_favorited is not None:
            self._edits.set_favorite(request.chat_id, user.id, is_favorited=request.is_favorited)
            stored = replace(stored, is_favorited=request.is_favorited)
        return stored.view().without_running_answer(user.id)
