"""The frames that answer the routes about chats, as TypedDicts."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from threadcast.protocol.types.chat_types import ChatPayload, MessagePayload
from threadcast.protocol.types.frame_types import AnswerFrame, PageFrame
from threadcast.protocol.types.value_types import FileType, Timestamp, Uuid

__all__ = [
    "ChatId",
    "DeleteChatFrame",
    "DuplicateChatFrame",
    "FoundChatPayload",
    "GetChatsListFrame",
    "ListedChatPayload",
    "SearchChatsFrame",
    "UnsubscribeFrame",
    "UpdateChatFrame",
    "UpdateMessageFrame",
    "UpdatedChatPayload",
]


class ChatId(TypedDict):
    """Which chat."""

    id: Uuid


class ListedChatPayload(TypedDict):
    """A chat in a list: `name` is the title, `last_edited` the time of the last change."""

    id: Uuid
    name: str
    title: str
    is_favorited: bool
    created_at: Timestamp
    updated_at: Timestamp
    last_edited: Timestamp
    created_by: str
    created_by_id: str
    created_by_name: str | None
    created_by_avatar: str | None
    latest_file_id: Uuid | None
    latest_file_type: FileType | None
    latest_version_number: int | None
    is_shared: bool


class FoundChatPayload(TypedDict):
    """A chat that a search has found; `additional_text` is from the question that has the words, or empty."""

    id: Uuid
    title: str
    additional_text: str
    updated_at: Timestamp
    created_by_name: str | None


class GetChatsListFrame(PageFrame):
    """A page of the chats that the user sees, those changed last first."""

    event: Literal["getChatsList"]
    payload: list[ListedChatPayload]


class UpdatedChatPayload(ChatPayload):
    """A chat; after a request to share it, `not_found` are the addresses of no user of the organisation."""

    not_found: NotRequired[list[str]]


class UpdateChatFrame(AnswerFrame):
    """The chat as it was changed, or shared."""

    event: Literal["updateChat"]
    payload: UpdatedChatPayload


class DeleteChatFrame(AnswerFrame):
    """The chats that were deleted."""

    event: Literal["deleteChat"]
    payload: list[ChatId]


class UnsubscribeFrame(AnswerFrame):
    """The chat whose turns of other users this connection does not receive any more."""

    event: Literal["unsubscribe"]
    payload: list[ChatId]


class DuplicateChatFrame(AnswerFrame):
    """The copy of a chat."""

    event: Literal["duplicateChat"]
    payload: ChatPayload


class SearchChatsFrame(PageFrame):
    """A page of the chats that a search has found, those changed last first."""

    event: Literal["searchChats"]
    payload: list[FoundChatPayload]


class UpdateMessageFrame(AnswerFrame):
    """The message with its feedback."""

    event: Literal["updateMessage"]
    payload: MessagePayload
