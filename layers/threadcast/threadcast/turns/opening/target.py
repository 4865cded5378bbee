"""The chat or the asset that a request names, checked against the user's permissions."""

from dataclasses import dataclass, replace

from threadcast.assets.kinds import load_context
from threadcast.domain.access import Role, principals_of
from threadcast.domain.asset import Asset, AssetContext, AssetRef
from threadcast.domain.chat import Chat, RemovedRange
from threadcast.domain.message import Message
from threadcast.domain.user import User
from threadcast.errors import NotFound, Unauthorized
from threadcast.ports import AssetStore, ChatStore, StoredChat
from threadcast.turns.commands import PostRequest

__all__ = [
    "TurnTarget",
    "chat_with_role",
    "editable_chat",
    "find_asset",
    "find_context",
    "resolve_target",
    "visible_chat",
]


@dataclass(frozen=True, slots=True)
class TurnTarget:
    """What a turn is about: an existing chat, an asset for a new chat, or neither.

    `removed` are the messages that this turn replaces; `stored` is without them already. `newest` is the
    last message of all, replaced or not.
    """

    stored: StoredChat | None = None
    asset: Asset | None = None
    removed: RemovedRange | None = None
    newest: Message | None = None

    @property
    def earlier(self) -> tuple[Message, ...]:
        """The messages of the chat that stay."""
        return () if self.stored is None else self.stored.messages


def resolve_target(
    request: PostRequest, user: User, chats: ChatStore, assets: AssetStore, history_bytes: int
) -> TurnTarget:
    """Return what the request names; raises `NotFound` or `Unauthorized`."""
    if request.chat_id is not None:
        stored = editable_chat(request.chat_id, user, chats, history_bytes)
        return _replacing(request.replace_from, stored, chats)
    if request.asset is not None:
        return TurnTarget(asset=find_asset(request.asset, user, assets))
    return TurnTarget()


def visible_chat(chat_id: str, user: User, chats: ChatStore, max_bytes: int) -> StoredChat:
    """Return a chat that the user may see; raises `NotFound`, the same whether it exists or not."""
    stored = chats.load(chat_id, principals_of(user), max_bytes=max_bytes)
    if stored is None or stored.role is None or stored.chat.deleted_at is not None:
        raise NotFound("Chat")
    return stored


def editable_chat(chat_id: str, user: User, chats: ChatStore, max_bytes: int) -> StoredChat:
    """Return a chat that the user may write in; raises `NotFound` or, if they may see it, `Unauthorized`."""
    return chat_with_role(Role.CAN_EDIT, "write in it", chat_id, user, chats, max_bytes)


def chat_with_role(
    needed: Role, what: str, chat_id: str, user: User, chats: ChatStore, max_bytes: int
) -> StoredChat:
    """Return a chat on which the user has this role, or a stronger one; `what` it permits is for people.

    Raises `NotFound` or, if the user may see the chat, `Unauthorized`.
    """
    stored = visible_chat(chat_id, user, chats, max_bytes)
    if stored.role is None or not stored.role.includes(needed):
        raise Unauthorized(f"You may see this chat but not {what}")
    return stored


def find_asset(ref: AssetRef, user: User, assets: AssetStore) -> Asset:
    """Return an asset of that type that the user may see; raises `NotFound`, in every case the same."""
    found = assets.find([ref.id], principals_of(user))
    if ref.id not in found or found[ref.id][0].type != ref.type:
        raise NotFound("Asset")
    return found[ref.id][0]


def find_context(chat: Chat, user: User, assets: AssetStore) -> AssetContext | None:
    """Return the context of the chat's asset; None without one, or if the user may not see it (any more)."""
    if chat.asset is None:
        return None
    principals = principals_of(user)
    found = assets.find([chat.asset.id], principals)
    return load_context(found[chat.asset.id][0], assets, principals) if chat.asset.id in found else None


def _replacing(message_id: str | None, stored: StoredChat, chats: ChatStore) -> TurnTarget:
    if message_id is None:
        return TurnTarget(stored, newest=stored.newest)
    message = stored.find(message_id) or chats.message(stored.chat.id, message_id)
    if message is None:
        raise NotFound("Message")
    removed = RemovedRange(message.number, stored.chat.newest_message_number)
    staying = tuple(kept for kept in stored.messages if kept.number < message.number)
    return TurnTarget(replace(stored, messages=staying), removed=removed, newest=stored.newest)
