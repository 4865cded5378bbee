"""Answers a get: sends a chat's present state."""

from threadcast.delivery.replier import Replier
from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.chat import Chat
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import ChatStore, FrameEncoder, StoredChat
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
        replier: Replier,
        frames: FrameEncoder,
        policy: TurnPolicy,
        retry: StoreRetry,
    ) -> None:
        self._chats = chats
        self._sender = sender
        self._closer = closer
        self._replier = replier
        self._frames = frames
        self._policy = policy
        self._retry = retry

    def get(self, request: GetRequest, context: RequestContext) -> None:
        """Send the chat to the connection that asked; raises `NotFound` or `StoreUnavailable`.

        While a turn of the same user runs, the answer has the running message without parts, and the runner
        brings the connection up to date. The answer is repeated if a turn ends or opens meanwhile.
        """
        self._sender.send(context, lambda: self._answer(request, context))

    def _answer(self, request: GetRequest, context: RequestContext) -> Chat:
        stored = self._retry(lambda: self._present(request, context))
        view = stored.view().without_running_answer(context.user.id)
        self._replier.reply(lambda limit: self._frames.chat(view, context.address, limit), context.connection)
        return stored.chat

    def _present(self, request: GetRequest, context: RequestContext) -> StoredChat:
        stored = self._load(request, context)
        return self._load(request, context) if self._closer.close_if_abandoned(stored) else stored

    def _load(self, request: GetRequest, context: RequestContext) -> StoredChat:
        return visible_chat(request.chat_id, context.user, self._chats, self._policy.history_bytes)
