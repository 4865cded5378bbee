"""The messages that a client may send, as TypedDicts; `requests` says what is wrong with any other."""

from typing import TYPE_CHECKING, Literal, NotRequired

from typing_extensions import TypeAliasType, TypedDict

from threadcast.assets.kinds import type_names
from threadcast.protocol.types.value_types import Prompt, RequestId, Uuid

__all__ = ["ChatsGet", "ChatsPost", "ChatsStop", "GetPayload", "PostPayload", "StopRequestPayload"]

if TYPE_CHECKING:
    AssetTypeName = str
else:
    AssetTypeName = TypeAliasType("AssetTypeName", Literal[tuple(type_names())])
    """Every asset type of the contract, and its names in older clients."""


class PostPayload(TypedDict):
    """A turn to open: `prompt`, an asset or both for a new chat, or `prompt` with `chat_id`."""

    prompt: NotRequired[Prompt | None]
    chat_id: NotRequired[Uuid | None]
    message_id: NotRequired[Uuid | None]
    asset_id: NotRequired[Uuid | None]
    asset_type: NotRequired[AssetTypeName | None]
    metric_id: NotRequired[Uuid | None]
    dashboard_id: NotRequired[Uuid | None]


class StopRequestPayload(TypedDict):
    """The turn to stop: a chat's id, and the id of the message that the turn answers."""

    id: Uuid
    message_id: Uuid


class GetPayload(TypedDict):
    """The chat to return."""

    id: Uuid
    message_id: NotRequired[Uuid | None]


class ChatsPost(TypedDict):
    """A request for a turn; a duplicate of the same `request_id` opens no second turn."""

    route: Literal["/chats/post", "/threads/post", "postThread"]
    payload: PostPayload
    request_id: NotRequired[RequestId | None]


class ChatsStop(TypedDict):
    """A request to stop a turn."""

    route: Literal["/chats/stop", "stopThread"]
    payload: StopRequestPayload
    request_id: NotRequired[RequestId | None]


class ChatsGet(TypedDict):
    """A request for a chat's present state."""

    route: Literal["/chats/get"]
    payload: GetPayload
    request_id: NotRequired[RequestId | None]
