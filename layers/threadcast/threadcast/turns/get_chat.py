"""Answers a get: sends a chat's present state."""

from collections.abc import Iterator

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.chat import Chat, ChatView
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import ChatStore, StoredChat
from threadcast.turns.commands import GetRequest
from threadcast.turns.opening.target import visible_chat
from threadcast.turns.recovery.chat_sender import ChatSender
from threadcast.turns.recovery.close_turn import TurnCloser
from threadcast.turns.request_context import RequestContext

__all__ = ["GetChat"]


class GetChat:
    """The use case of `/chats/get`."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        sender: ChatSender,
        closer: TurnCloser,
        policy: TurnPolicy,
        retry: StoreRetry,
    ) -> None:
        self._chats = chats
        self._sender = sender
        self._closer = closer
        self._policy = policy
        self._retry = retry

    def serve(self, request: GetRequest, context: RequestContext) -> Iterator[ChatView]:
        """Yield the chat; raises `NotFound` or `StoreUnavailable`.

        While a turn runs that this connection receives, the answer has the running message without parts, and
        the runner brings the connection up to date. The answer is repeated if a turn ends or opens meanwhile.
        """
        return self._sender.answers(context, lambda: self._answer(request, context))

    def _answer(self, request: GetRequest, context: RequestContext) -> tuple[Chat, ChatView]:
        stored = self._retry(lambda: self._present(request, context))
        return stored.chat, stored.view().without_running_answer(context.user.id)

    def _present(self, request: GetRequest, context: RequestContext) -> StoredChat:
        stored = self._load(request, context)
        return self._load(request, context) if self._closer.close_if_abandoned(stored) else stored

    def _load(self, request: GetRequest, context: RequestContext) -> StoredChat:
        return visible_chat(request.chat_id, context.user, self._chats, self._policy.history_bytes)
