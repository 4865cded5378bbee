"""The rows of the routes about chats."""

from typing import Any, Final

from threadcast.assets.kinds import kind_of
from threadcast.domain.chat import ChatView
from threadcast.domain.message import Message
from threadcast.domain.text import json_size
from threadcast.ports import ListedChat
from threadcast.protocol import chat_requests as parsers
from threadcast.protocol.chat_payload import chat_payload, fitted_message_payload, rfc3339
from threadcast.protocol.paging import page_payload
from threadcast.protocol.routes.route import Reply, Route
from threadcast.protocol.share_request import parse_share
from threadcast.protocol.types import chat_frame_types as frames
from threadcast.protocol.types import chat_request_types as requests
from threadcast.turns.chats.delete_chats import ChatsDeleted, DeleteChats
from threadcast.turns.chats.duplicate_chat import DuplicateChat
from threadcast.turns.chats.list_chats import ListChats
from threadcast.turns.chats.search_chats import FoundChat, SearchChats
from threadcast.turns.chats.share_chat import ChatShared, ShareChat
from threadcast.turns.chats.unsubscribe import ChatClosed, Unsubscribe
from threadcast.turns.chats.update_chat import UpdateChat
from threadcast.turns.chats.update_message import UpdateMessage
from threadcast.turns.paging import Page

__all__ = ["CHAT_ROUTES"]


def _listed(listed: ListedChat) -> frames.ListedChatPayload:
    chat, file = listed.chat, listed.chat.most_recent_file
    kind = None if file is None else kind_of(file.type)
    return {
        "id": chat.id,
        "name": chat.title,
        "title": chat.title,
        "is_favorited": listed.is_favorited,
        "created_at": rfc3339(chat.created_at),
        "updated_at": rfc3339(chat.updated_at),
        "last_edited": rfc3339(chat.updated_at),
        "created_by": chat.owner.id,
        "created_by_id": chat.owner.id,
        "created_by_name": chat.owner.name,
        "created_by_avatar": chat.owner.avatar,
        "latest_file_id": None if file is None else file.id,
        "latest_file_type": None if kind is None else kind.file_type,
        "latest_version_number": chat.most_recent_version,
        "is_shared": chat.shared_at is not None,
    }


def _found(found: FoundChat) -> frames.FoundChatPayload:
    return {
        "id": found.chat.id,
        "title": found.chat.title,
        "additional_text": found.excerpt,
        "updated_at": rfc3339(found.chat.updated_at),
        "created_by_name": found.chat.owner.name,
    }


def _shared(shared: ChatShared, max_bytes: int) -> frames.UpdatedChatPayload:
    not_found = list(shared.not_found)
    room = sum(json_size(email) + 3 for email in not_found) + 16
    return {**chat_payload(shared.view, max_bytes - room), "not_found": not_found}


def _closed(closed: ChatClosed, _: int) -> list[frames.ChatId]:
    return [{"id": closed.chat_id}]


def _deleted(deleted: ChatsDeleted, _: int) -> list[frames.ChatId]:
    return [{"id": chat_id} for chat_id in deleted.chat_ids]


CHAT_ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route(
        request=requests.ChatsList,
        parse=parsers.parse_list,
        use_case=ListChats,
        replies=(Reply(Page, frames.GetChatsListFrame, page_payload(_listed)),),
    ),
    Route(
        request=requests.ChatsUpdate,
        parse=parsers.parse_update,
        use_case=UpdateChat,
        replies=(Reply(ChatView, frames.UpdateChatFrame, chat_payload),),
    ),
    Route(
        request=requests.ChatsDelete,
        parse=parsers.parse_delete,
        use_case=DeleteChats,
        replies=(Reply(ChatsDeleted, frames.DeleteChatFrame, _deleted),),
        payload_type=list,
    ),
    Route(
        request=requests.ChatsDuplicate,
        parse=parsers.parse_duplicate,
        use_case=DuplicateChat,
        replies=(Reply(ChatView, frames.DuplicateChatFrame, chat_payload),),
    ),
    Route(
        request=requests.ChatsSearch,
        parse=parsers.parse_search,
        use_case=SearchChats,
        replies=(Reply(Page, frames.SearchChatsFrame, page_payload(_found)),),
    ),
    Route(
        request=requests.ChatsUnsubscribe,
        parse=parsers.parse_unsubscribe,
        use_case=Unsubscribe,
        replies=(Reply(ChatClosed, frames.UnsubscribeFrame, _closed),),
    ),
    Route(
        request=requests.ChatsShare,
        parse=parse_share,
        use_case=ShareChat,
        replies=(Reply(ChatShared, frames.UpdateChatFrame, _shared),),
    ),
    Route(
        request=requests.MessagesUpdate,
        parse=parsers.parse_feedback,
        use_case=UpdateMessage,
        replies=(Reply(Message, frames.UpdateMessageFrame, fitted_message_payload),),
        metric=lambda message: f"Feedback.{message.feedback or 'removed'}",
    ),
)
