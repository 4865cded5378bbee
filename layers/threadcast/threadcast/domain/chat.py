"""A chat, the turn that may be running in it, and what one user can see of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from threadcast.domain.access import Grant, Role
from threadcast.domain.asset import AssetRef
from threadcast.domain.message import Message, Sender

__all__ = ["Chat", "ChatView", "RemovedRange", "RunningTurn", "removing", "visible_messages"]


@dataclass(frozen=True, slots=True)
class RemovedRange:
    """Messages from number `first` up to and including `last` were replaced and no longer show."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RunningTurn:
    """The one turn that a chat may have under way.

    `claim` is None until a runner has taken it; whoever holds the claim owns the turn until
    `lease_until`. `stop_requested` is the user's wish, which the runner looks up every second or two.
    """

    message_id: str
    user_id: str
    lease_until: datetime
    claim: str | None = None
    stop_requested: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """What is stored about a chat beside its messages.

    `version` grows with every opening and every end of a turn; writers give the one they have read.
    """

    id: str
    title: str
    owner: Sender
    created_at: datetime
    updated_at: datetime
    asset: AssetRef | None = None
    most_recent_file: AssetRef | None = None
    next_message_number: int = 1
    removed: tuple[RemovedRange, ...] = ()
    running_turn: RunningTurn | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class ChatView:
    """A chat as one user sees it: their role, and the visible messages, oldest first.

    `messages` may be the newest part of a long chat.
    """

    chat: Chat
    messages: tuple[Message, ...]
    role: Role
    grants: tuple[Grant, ...] = ()


def removing(removed: tuple[RemovedRange, ...], more: RemovedRange) -> tuple[RemovedRange, ...]:
    """The ranges with one more that ends behind all of them; those that touch it become one with it."""
    apart = tuple(former for former in removed if former.last < more.first - 1)
    first = min([more.first, *(former.first for former in removed[len(apart) :])])
    return (*apart, RemovedRange(first, more.last))


def visible_messages(chat: Chat, messages: Iterable[Message]) -> tuple[Message, ...]:
    """Those of `messages` that have not been replaced, in their order."""
    return tuple(
        message
        for message in messages
        if not any(removed.first <= message.number <= removed.last for removed in chat.removed)
    )
