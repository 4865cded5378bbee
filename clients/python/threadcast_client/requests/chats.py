"""Requests about chats and their messages, beside those that open, stop and return a turn's chat."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Literal, TypeAlias

from threadcast_client.protocol.generated_types import (
    ChatPayload,
    FoundChatPayload,
    ListedChatPayload,
    MessagePayload,
    Role,
    UpdatedChatPayload,
)
from threadcast_client.requests.answers import Requests, given

__all__ = ["ChatRequests", "Sharing"]

Sharing: TypeAlias = Literal["none", "can_view", "can_edit", "full_access"]


class ChatRequests(Requests):
    """The chats that the user sees."""

    def list(self, *, page_size: int | None = None) -> AsyncIterator[ListedChatPayload]:
        """Yield the user's chats and those shared with the user, the ones changed last first.

        Args:
            page_size: The number of chats to ask for at once, 1 to 100; None: the server's default.
        """
        return self._items("/chats/list", {"page_size": page_size})

    def search(self, query: str, *, page_size: int | None = None) -> AsyncIterator[FoundChatPayload]:
        """Yield the user's own chats in whose title, or in one of whose questions, every word occurs."""
        return self._items("/chats/search", {"query": query, "page_size": page_size})

    async def update(
        self, chat_id: str, *, title: str | None = None, is_favorited: bool | None = None
    ) -> UpdatedChatPayload:
        """Rename a chat, set the user's own mark on it, or both; None leaves it as it is."""
        payload = given({"id": chat_id, "title": title, "is_favorited": is_favorited})
        chat: UpdatedChatPayload = await self._payload("/chats/update", payload)
        return chat

    async def delete(self, *chat_ids: str) -> Sequence[str]:
        """Delete up to 25 chats and return their ids; where one is refused, none is deleted."""
        deleted = await self._payload("/chats/delete", [{"id": each} for each in chat_ids])
        return [each["id"] for each in deleted]

    async def duplicate(
        self, chat_id: str, *, message_id: str | None = None, request_id: str | None = None
    ) -> ChatPayload:
        """Return a copy of a chat.

        Args:
            chat_id: The chat to copy.
            message_id: The first message to copy; None: all of them.
            request_id: The idempotency key, with which a repeated request makes no second copy; None for a
                new UUID.
        """
        payload = given({"id": chat_id, "message_id": message_id})
        copy: ChatPayload = await self._payload("/chats/duplicate", payload, request_id)
        return copy

    async def share(
        self,
        chat_id: str,
        users: Mapping[str, Role] | None = None,
        *,
        remove: Sequence[str] | None = None,
        workspace_sharing: Sharing | None = None,
    ) -> UpdatedChatPayload:
        """Share a chat within the user's organisation; the answer's `not_found` are unknown addresses.

        Args:
            chat_id: The chat.
            users: The role to grant by e-mail address, any but `owner`.
            remove: The e-mail addresses of users whose role ends.
            workspace_sharing: What every user of the organisation may do; None leaves it as it is.
        """
        grants = [{"email": email, "role": role} for email, role in (users or {}).items()]
        payload = {"id": chat_id, "users": grants or None, "remove": remove}
        chat: UpdatedChatPayload = await self._payload(
            "/chats/share", given({**payload, "workspace_sharing": workspace_sharing})
        )
        return chat

    async def unsubscribe(self, chat_id: str) -> None:
        """Receive no more turns that other users start in a shared chat, on this connection."""
        await self._payload("/chats/unsubscribe", {"id": chat_id})

    async def rate(
        self,
        chat_id: str,
        message_id: str,
        feedback: Literal["positive", "negative"] | None,
        *,
        comment: str | None = None,
    ) -> MessagePayload:
        """Rate an answer; None takes the rating back."""
        payload = {"id": message_id, "chat_id": chat_id, "feedback": feedback, **given({"comment": comment})}
        message: MessagePayload = await self._payload("/messages/update", payload)
        return message
