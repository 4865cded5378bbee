"""Opens a turn: checks everything, then writes chat, message and quota in one transaction or not at all."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from threadcast.assets.kinds import load_context, startable_kind
from threadcast.delivery.former_end import unsettled
from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.access import Role, principals_of
from threadcast.domain.asset import Asset
from threadcast.domain.chat import Chat, ChatView
from threadcast.domain.message import Message, Outcome, ReplyMetadata, Sender, TextResponse
from threadcast.domain.randomness import unpredictable
from threadcast.domain.streamed_parts import AnswerSnapshot
from threadcast.domain.text import UNTITLED
from threadcast.domain.turn_events import TurnCompleted, TurnEvent
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.domain.user import User
from threadcast.errors import (
    AlreadyOpened,
    BadRequest,
    ClientFault,
    OutOfTime,
    StaleRead,
    TooManyRequests,
)
from threadcast.ports import (
    AssetStore,
    ChatStore,
    Clock,
    Connection,
    ConnectionStore,
    IdMaker,
    Opening,
    Presence,
    Quota,
    TurnStore,
)
from threadcast.turns.commands import PostRequest
from threadcast.turns.message.answer import file_response
from threadcast.turns.message.part_ids import part_id
from threadcast.turns.opening.admission import TurnAdmission
from threadcast.turns.opening.predecessor import PredecessorWait
from threadcast.turns.opening.target import TurnTarget, resolve_target

__all__ = ["OpenedTurn", "TurnOpener", "sender_of"]

_ATTEMPTS = 8
_NO_METADATA = ReplyMetadata()
_MAX_INTRODUCTION_CHARACTERS = 16_000
_OTHER_REQUEST = "request_id was used for another request in the last 15 minutes; each needs an id of its own"


@dataclass(frozen=True, slots=True)
class OpenedTurn:
    """A stored turn. `view` is the chat as `ChatOpened` carries it: the new message has no answer yet.

    `rest` are the events that follow in a prompt-less turn, whose outcome is decided already; it is empty
    where the turn waits for its runner. `connections` are the user's open ones, as read at admission. The end
    of the former turn may still reach those that are `unsettled` (ids; None: any).
    """

    view: ChatView
    connections: tuple[Connection, ...]
    rest: tuple[TurnEvent, ...] = ()
    unsettled: frozenset[str] | None = frozenset()

    @property
    def message(self) -> Message:
        """The new message."""
        return self.view.newest

    @property
    def stored_view(self) -> ChatView:
        """What is stored: the final state of a prompt-less turn, else the state as opened."""
        terminal = self.rest[-1] if self.rest else None
        return terminal.view if isinstance(terminal, TurnCompleted) else self.view


def sender_of(user: User) -> Sender:
    """Return the user as messages and chats store them."""
    return Sender(user.id, user.name, user.avatar)


class TurnOpener:
    """Opens the turns that requests ask for."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        turns: TurnStore,
        assets: AssetStore,
        connections: ConnectionStore,
        clock: Clock,
        new_id: IdMaker,
        admission: TurnAdmission,
        policy: TurnPolicy,
        predecessor: PredecessorWait,
    ) -> None:
        self.chats = chats
        self.turns = turns
        self.assets = assets
        self.connections = connections
        self.clock = clock
        self.new_id = new_id
        self.admission = admission
        self.policy = policy
        self.predecessor = predecessor
        self.retry = StoreRetry(clock, policy.store_timeout_s)

    def open(
        self,
        request: PostRequest,
        user: User,
        request_key: str,
        metadata: ReplyMetadata = _NO_METADATA,
        remaining_s: Callable[[], float] = lambda: math.inf,
        presence: Presence | None = None,
    ) -> OpenedTurn:
        """Open the turn that the request asks for; a store that is unavailable is retried.

        Raises the `ClientFault` that fits (`BadRequest` if a request with this key and another content has
        opened a turn), or `AlreadyOpened` if this very request has; nothing is written then. Raises
        `StoreUnavailable` or `OutOfTime`: then an attempt without an answer may have opened the turn.
        `remaining_s` returns for how long this process may still work: no attempt is made that would leave
        too little time to deliver the turn, or to hand it off. `presence` spares the first attempt a read.
        """
        return _Attempts(self, request, user, request_key, metadata, remaining_s, presence).open()


class _Attempts:
    """The attempts of one request to open its turn.

    It remembers what it has tried to write: a write without an answer may have succeeded.
    """

    def __init__(
        self,
        opener: TurnOpener,
        request: PostRequest,
        user: User,
        key: str,
        metadata: ReplyMetadata,
        remaining_s: Callable[[], float],
        presence: Presence | None,
    ) -> None:
        self._opener = opener
        self._request = request
        self._user = user
        self._key = key
        self._metadata = metadata
        self._remaining_s = remaining_s
        self._presence = presence
        self._tried: dict[str, OpenedTurn] = {}

    def open(self) -> OpenedTurn:
        for _ in range(_ATTEMPTS):
            try:
                return self._opener.retry(self._attempt_unless_opened)
            except StaleRead:
                self._opener.clock.sleep(unpredictable.uniform(0.01, 0.05))
            except AlreadyOpened as former:
                if former.message_id in self._tried:
                    return self._tried[former.message_id]
                if former.fingerprint not in (None, self._request.fingerprint):
                    raise BadRequest(_OTHER_REQUEST) from former
                raise
        raise TooManyRequests("Too many messages at the same moment; please send this one again", 1.0)

    def _attempt_unless_opened(self) -> OpenedTurn:
        self._refuse_if_opened()
        try:
            return self._attempt()
        except ClientFault:
            # A concurrent duplicate may be the reason: the running turn, or the replaced message, is its own.
            self._refuse_if_opened()
            raise

    def _refuse_if_opened(self) -> None:
        former = self._opener.chats.find_request(self._key, self._opener.clock.now())
        if former is not None:
            raise AlreadyOpened(*former)

    def _attempt(self) -> OpenedTurn:
        opener = self._opener
        presence, self._presence = self._presence or opener.connections.presence(self._user.id), None
        target = resolve_target(
            self._request, self._user, opener.chats, opener.assets, opener.policy.history_bytes
        )
        now = opener.clock.now()
        chat, message = self._chat_and_message(target, now)
        lease_until = now + timedelta(seconds=opener.policy.start_lease_s)
        quota = self._admitted(presence, message, target, now, lease_until)
        if target.stored is not None and target.stored.chat.running_turn is not None:
            replacing = target.removed is not None
            opener.predecessor.wait_for_running_turn(target.stored, replacing=replacing)
            raise StaleRead
        view = _view(target, chat, message)
        if self._request.prompt is None and target.asset is not None:
            opened = self._answered(view, target.asset, presence.connections)
        else:
            waiting = chat.await_runner(message.id, self._user.id, lease_until)
            opened = OpenedTurn(replace(view, chat=waiting), presence.connections)
        opened = replace(opened, unsettled=unsettled(target.newest))
        self._write(opened, quota)
        return self._with_older_messages(opened) if target.removed else opened

    def _chat_and_message(self, target: TurnTarget, now: datetime) -> tuple[Chat, Message]:
        new_id, sender = self._opener.new_id, sender_of(self._user)
        if target.stored is not None:
            chat = target.stored.chat.open_turn(now, target.removed)
        elif target.asset is not None:
            asset = target.asset
            chat = Chat.start(new_id(), asset.name, sender, now, asset.ref, asset.version_number)
        else:
            chat = Chat.start(new_id(), UNTITLED, sender, now, None)
        prompt, number = self._request.prompt, chat.newest_message_number
        return chat, Message(new_id(), chat.id, number, prompt, sender, now, now, self._metadata)

    def _admitted(
        self, presence: Presence, message: Message, target: TurnTarget, now: datetime, lease_until: datetime
    ) -> Quota:
        running = None if message.prompt is None else {message.id: lease_until}
        # That turn has ended, or is replaced, or this request is refused. A runner that still delivers its
        # end stops as soon as this turn opens.
        leaving = None if target.newest is None else target.newest.id
        return self._opener.admission.admit(presence, now, running, leaving)

    def _answered(self, view: ChatView, asset: Asset, connections: tuple[Connection, ...]) -> OpenedTurn:
        """Return a prompt-less turn: the file and a text that introduces it, complete from the start."""
        message = view.newest
        context = load_context(asset, self._opener.assets, principals_of(self._user))
        introduction = startable_kind(asset.type).introduction(context)[:_MAX_INTRODUCTION_CHARACTERS]
        file_id = part_id(message.id, "response", "file")
        at, version = message.created_at, asset.version_number
        file = file_response(file_id, asset.ref, asset.name, "Opened", at, version)
        text = TextResponse(part_id(message.id, "response", "introduction"), introduction, is_final=True)
        answered = replace(message, responses=(file, text)).close(Outcome("completed"), message.updated_at)
        final = view.with_newest(answered)
        rest = (AnswerSnapshot(file), AnswerSnapshot(text), TurnCompleted(final))
        return OpenedTurn(view, connections, rest)

    def _write(self, opened: OpenedTurn, quota: Quota) -> None:
        if self._remaining_s() < self._opener.policy.opening_reserve_s:
            raise OutOfTime("too little time is left to open a turn")
        stored = opened.stored_view
        self._tried[opened.message.id] = opened
        content = self._request.fingerprint
        opening = Opening(stored.chat, stored.newest, quota, self._user.id, self._key, fingerprint=content)
        self._opener.turns.open(opening)

    def _with_older_messages(self, opened: OpenedTurn) -> OpenedTurn:
        """Return the turn with older messages: without the replaced ones, there is room for them."""
        max_bytes = self._opener.policy.history_bytes
        stored = self._opener.chats.load(opened.view.chat.id, (), max_bytes=max_bytes)
        if stored is None:
            return opened
        return replace(opened, view=replace(opened.view, messages=stored.messages))


def _view(target: TurnTarget, chat: Chat, message: Message) -> ChatView:
    stored = target.stored
    role = Role.OWNER if stored is None or stored.role is None else stored.role
    view = ChatView(chat, (*target.earlier, message), role)
    return view if stored is None else replace(view, grants=stored.grants, is_favorited=stored.is_favorited)
