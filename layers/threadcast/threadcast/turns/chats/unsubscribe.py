"""Answers `/chats/unsubscribe`: the connection has a shared chat open no more."""

from collections.abc import Iterator
from dataclasses import dataclass

from threadcast.delivery.store_retry import StoreRetry
from threadcast.ports import OpenChats
from threadcast.turns.chats.commands import UnsubscribeRequest
from threadcast.turns.request_context import RequestContext

__all__ = ["ChatClosed", "Unsubscribe"]


@dataclass(frozen=True, slots=True)
class ChatClosed:
    """The chat whose turns of other users the connection does not receive any more."""

    chat_id: str


class Unsubscribe:
    """The use case of `/chats/unsubscribe`."""

    def __init__(self, open_chats: OpenChats, retry: StoreRetry) -> None:
        self._open_chats = open_chats
        self._retry = retry

    def serve(self, request: UnsubscribeRequest, context: RequestContext) -> Iterator[ChatClosed]:
        """Yield the chat's id, the same for any id: nothing is looked up. Raises `StoreUnavailable`."""
        self._retry(lambda: self._open_chats.close(request.chat_id, context.connection.id))
        yield ChatClosed(request.chat_id)
