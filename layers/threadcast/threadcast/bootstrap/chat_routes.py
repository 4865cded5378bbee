"""The use cases of the routes about chats, over the ports that only they need."""

from dataclasses import dataclass
from typing import Any

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import ChatEdits, ChatLibrary, ChatLists, ChatStore, Clock, Directory, IdMaker
from threadcast.protocol.routes import UseCase
from threadcast.turns.chats.delete_chats import DeleteChats
from threadcast.turns.chats.duplicate_chat import DuplicateChat
from threadcast.turns.chats.list_chats import ListChats
from threadcast.turns.chats.search_chats import SearchChats
from threadcast.turns.chats.share_chat import ShareChat
from threadcast.turns.chats.stale_reads import StaleReadRetry
from threadcast.turns.chats.update_chat import UpdateChat
from threadcast.turns.chats.update_message import UpdateMessage

__all__ = ["ChatPorts", "chat_use_cases"]


@dataclass(frozen=True, slots=True)
class ChatPorts:
    """What lists, changes and erases chats outside their turns."""

    lists: ChatLists
    edits: ChatEdits
    library: ChatLibrary
    directory: Directory


def chat_use_cases(
    ports: ChatPorts, chats: ChatStore, clock: Clock, new_id: IdMaker, policy: TurnPolicy, retry: StoreRetry
) -> tuple[UseCase[Any, Any], ...]:
    """Return the use cases."""
    lists, edits, again = ports.lists, ports.edits, StaleReadRetry(clock, retry)
    return (
        ListChats(lists, retry),
        UpdateChat(chats, edits, clock, policy, again),
        DeleteChats(chats, edits, clock, again),
        DuplicateChat(chats, edits, clock, new_id, policy, retry),
        SearchChats(lists, chats, retry),
        ShareChat(chats, edits, ports.directory, clock, policy, again),
        UpdateMessage(chats, edits, clock, policy, again),
    )
