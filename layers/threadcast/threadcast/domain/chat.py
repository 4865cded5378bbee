"""A chat, its running turn, and the part of it that one user can see."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import AssetRef
from threadcast.domain.message import Message, Sender
from threadcast.domain.text import MAX_TITLE_CHARACTERS, UNTITLED, title_from_prompt

__all__ = ["Chat", "ChatView", "RemovedRange", "RunningTurn", "removing", "visible_messages"]

_COPY = " (Copy)"


@dataclass(frozen=True, slots=True)
class RemovedRange:
    """The numbers of messages that were replaced, from `first` to `last` inclusive."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RunningTurn:
    """The turn that runs in a chat; a chat has one at most.

    `claim` is None until a runner has claimed the turn; the holder of the claim owns the turn until
    `lease_until`. `stop_requested` is set by a stop request; the runner reads it every second or two.
    """

    message_id: str
    user_id: str
    lease_until: datetime
    claim: str | None = None
    stop_requested: bool = False

    def has_expired(self, now: datetime) -> bool:
        """Return whether the lease is over: the turn has no runner any more."""
        return self.lease_until <= now


@dataclass(frozen=True, slots=True)
class Chat:
    """What is stored about a chat, without its messages.

    `version` increases by one when a turn opens and when it ends, and with every change outside a turn; a
    write names the version it has read. `own_title` is a title that a user has given: no turn changes it.
    `shared_at` is when the chat was first shared. `deleted_at` hides the chat until it is erased.
    """

    id: str
    title: str
    owner: Sender
    created_at: datetime
    updated_at: datetime
    asset: AssetRef | None = None
    most_recent_file: AssetRef | None = None
    most_recent_version: int | None = None
    next_message_number: int = 1
    removed: tuple[RemovedRange, ...] = ()
    running_turn: RunningTurn | None = None
    version: int = 1
    own_title: str | None = None
    shared_at: datetime | None = None
    deleted_at: datetime | None = None

    @classmethod
    def start(
        cls,
        id_: str,
        title: str,
        owner: Sender,
        now: datetime,
        asset: AssetRef | None,
        asset_version: int | None = None,
    ) -> Self:
        """Return a new chat whose first turn opens now."""
        return cls(id_, title, owner, now, now, asset, asset, asset_version, next_message_number=2)

    @property
    def newest_message_number(self) -> int:
        """The number of the message that was opened last."""
        return self.next_message_number - 1

    @property
    def position(self) -> str:
        """The place in a list of chats, as a text: those changed last have the largest."""
        moment = self.updated_at.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{moment.replace('+00:00', 'Z')} {self.id}"

    def delivers_to(self, user_id: str) -> bool:
        """Return whether a turn runs that a user who sees the chat and has it open receives."""
        running = self.running_turn
        return running is not None and (running.user_id == user_id or self.shared_at is not None)

    def rename(self, title: str, now: datetime) -> "Chat":
        """Return the chat with a title that a user has given it."""
        return replace(self, title=title, own_title=title, updated_at=now, version=self.version + 1)

    def share(self, now: datetime) -> "Chat":
        """Return the chat as one that others may see."""
        return replace(self, shared_at=self.shared_at or now, version=self.version + 1)

    def delete(self, now: datetime) -> "Chat":
        """Return the chat hidden from everybody; a turn that runs is asked to stop."""
        turn = None if self.running_turn is None else replace(self.running_turn, stop_requested=True)
        return replace(self, deleted_at=now, running_turn=turn, version=self.version + 1)

    def copy(self, id_: str, owner: Sender, now: datetime, messages: int) -> "Chat":
        """Return a new chat like this one, with so many messages, owned by another user or the same."""
        title = f"{self.title[: MAX_TITLE_CHARACTERS - len(_COPY)]}{_COPY}"
        return Chat(
            id_,
            title,
            owner,
            now,
            now,
            self.asset,
            self.most_recent_file,
            self.most_recent_version,
            next_message_number=messages + 1,
            own_title=title,
        )

    def open_turn(self, now: datetime, removed: RemovedRange | None = None) -> "Chat":
        """Return the chat with one more message; `removed` are the messages that it replaces."""
        return replace(
            self,
            updated_at=now,
            next_message_number=self.next_message_number + 1,
            removed=self.removed if removed is None else removing(self.removed, removed),
            version=self.version + 1,
        )

    def await_runner(self, message_id: str, user_id: str, lease_until: datetime) -> "Chat":
        """Return the chat with a turn that waits for its runner until `lease_until`."""
        return replace(self, running_turn=RunningTurn(message_id, user_id, lease_until))

    def title_after(self, prompt: str | None) -> str:
        """Return the title after a turn that has not named the chat: an untitled chat takes the prompt's."""
        return title_from_prompt(prompt) if prompt and self.title == UNTITLED else self.title

    def end_turn(self, now: datetime, file: AssetRef | None = None, version: int | None = None) -> "Chat":
        """Return the chat without a running turn; `file` is the last file of the answer, if it has one."""
        return replace(
            self,
            updated_at=now,
            running_turn=None,
            version=self.version + 1,
            most_recent_file=file or self.most_recent_file,
            most_recent_version=version if file else self.most_recent_version,
        )


@dataclass(frozen=True, slots=True)
class ChatView:
    """A chat as one user sees it: the user's role and the visible messages, oldest first.

    `messages` may be only the newest messages of a long chat. `is_favorited` is this user's own mark.
    """

    chat: Chat
    messages: tuple[Message, ...]
    role: Role
    grants: tuple[Grant, ...] = ()
    is_favorited: bool = False

    @property
    def newest(self) -> Message:
        """The newest message."""
        return self.messages[-1]

    def seen_by(self, user_id: str) -> "ChatView":
        """Return the view of another user, as far as it is known without their organisation and mark."""
        if self.chat.owner.id == user_id:
            return replace(self, role=Role.OWNER, is_favorited=False)
        held = {grant.principal: grant.role for grant in self.grants}
        of_organization = next((role for each, role in held.items() if each.kind == "org"), Role.CAN_VIEW)
        role = held.get(Principal("user", user_id), of_organization)
        return replace(self, role=role, is_favorited=False)

    def without_running_answer(self, user_id: str) -> "ChatView":
        """Return the view without the answer under way: to those who receive it, only the runner sends it.

        A message that ended after the chat was read, and before the messages were, keeps its answer.
        """
        if not self.chat.delivers_to(user_id) or self.newest.outcome is not None:
            return self
        return self.with_newest(replace(self.newest, reasoning=(), responses=()))

    def with_newest(self, message: Message) -> "ChatView":
        """Return the view with another version of its newest message."""
        return replace(self, messages=(*self.messages[:-1], message))


def removing(removed: tuple[RemovedRange, ...], more: RemovedRange) -> tuple[RemovedRange, ...]:
    """Return the ranges with one more that ends after all of them; ranges that touch it are joined."""
    apart = tuple(former for former in removed if former.last < more.first - 1)
    first = min([more.first, *(former.first for former in removed[len(apart) :])])
    return (*apart, RemovedRange(first, more.last))


def visible_messages(chat: Chat, messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return the messages that were not replaced, in the given order."""
    return tuple(
        message
        for message in messages
        if not any(removed.first <= message.number <= removed.last for removed in chat.removed)
    )
