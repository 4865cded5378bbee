"""Answers `/messages/update`: stores what a user thinks of an answer."""

from collections.abc import Iterator
from dataclasses import replace

from threadcast.domain.feedback import Feedback
from threadcast.domain.message import Message
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import Conflict, NotFound
from threadcast.ports import ChatEdits, ChatStore, Clock
from threadcast.turns.chats.commands import FeedbackRequest
from threadcast.turns.chats.stale_reads import StaleReadRetry
from threadcast.turns.opening.target import visible_chat
from threadcast.turns.request_context import RequestContext

__all__ = ["UpdateMessage"]


class UpdateMessage:
    """The use case of `/messages/update`."""

    def __init__(
        self, chats: ChatStore, edits: ChatEdits, clock: Clock, policy: TurnPolicy, retry: StaleReadRetry
    ) -> None:
        self._chats = chats
        self._edits = edits
        self._clock = clock
        self._policy = policy
        self._retry = retry

    def serve(self, request: FeedbackRequest, context: RequestContext) -> Iterator[Message]:
        """Yield the message with its feedback; everybody who sees the chat may give some.

        Raises `NotFound`, `Conflict` while the message is being answered, or `StoreUnavailable`.
        """
        yield self._retry(lambda: self._update(request, context))

    def _update(self, request: FeedbackRequest, context: RequestContext) -> Message:
        max_bytes = self._policy.max_message_bytes
        stored = visible_chat(request.chat_id, context.user, self._chats, max_bytes)
        message = stored.find(request.message_id) or self._chats.message(request.chat_id, request.message_id)
        if message is None:
            raise NotFound("Message")
        if message.outcome is None:
            raise Conflict(request.chat_id)
        asset = stored.chat.asset
        self._edits.give_feedback(
            Feedback(
                request.chat_id,
                message.id,
                message.number,
                context.user.id,
                request.rating,
                self._clock.now(),
                request.comment,
                None if asset is None else asset.id,
            )
        )
        return replace(message, feedback=request.rating)
