"""Open a turn: check everything, then write chat, message and quota at once or not at all."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta

from threadcast.assets.kinds import load_context, startable_kind
from threadcast.domain.access import Grant, Role, principals_of
from threadcast.domain.asset import Asset
from threadcast.domain.chat import Chat, ChatView, RunningTurn, removing
from threadcast.domain.commands import PostRequest
from threadcast.domain.message import Message, Outcome, ReplyMetadata, Sender, TextResponse
from threadcast.domain.turn_events import AnswerClosed, FileAttached, TurnCompleted, TurnEvent
from threadcast.domain.user import User
from threadcast.errors import AlreadyOpened, ClientFault, StaleRead, TooManyRequests
from threadcast.ports import Connection, Opening
from threadcast.turns.desk import Desk
from threadcast.turns.message.answer import file_response
from threadcast.turns.message.streaming_part import part_id
from threadcast.turns.opening.predecessor import wait_for_running_turn, wait_for_terminal_delivery
from threadcast.turns.opening.quota import admit
from threadcast.turns.opening.target import TurnTarget, resolve_target
from threadcast.turns.retry import retry_while_unavailable

__all__ = ["UNTITLED", "OpenedTurn", "open_turn", "sender_of"]

UNTITLED = "New chat"
"""The title of a chat that has no asset, until an agent has named it."""

_ATTEMPTS = 8
_NO_ECHO = ReplyMetadata()
_MAX_INTRODUCTION_CHARACTERS = 16_000


@dataclass(frozen=True, slots=True)
class OpenedTurn:
    """A turn that is stored. `view` is the chat as `ChatOpened` tells it: the new message has no answer yet.

    `rest` is all that follows in a prompt-less turn, whose outcome is decided already; it is empty where the
    turn waits for its runner. `connections` are the user's open ones, as read when the turn was admitted; to
    those `in_doubt` (ids) the end of the turn before may still be on its way.
    """

    view: ChatView
    connections: tuple[Connection, ...]
    rest: tuple[TurnEvent, ...] = ()
    in_doubt: frozenset[str] = frozenset()

    @property
    def message(self) -> Message:
        """The new message."""
        return self.view.messages[-1]


def open_turn(
    request: PostRequest, user: User, request_key: str, desk: Desk, echo: ReplyMetadata = _NO_ECHO
) -> OpenedTurn:
    """Open the turn that the request asks for; a store that is away for a moment is waited for.

    Raises the `ClientFault` that fits, or `AlreadyOpened` if this request has opened its turn before; nothing
    is written then. Raises `StoreUnavailable`: then it may have been opened.
    """
    return _Opener(request, user, request_key, desk, echo).open()


def sender_of(user: User) -> Sender:
    """The user as messages and chats remember them."""
    return Sender(user.id, user.name, user.avatar)


class _Opener:
    """One request's attempts to open its turn.

    It remembers what it has tried to write: what a store did not answer to, it may have written.
    """

    def __init__(self, request: PostRequest, user: User, key: str, desk: Desk, echo: ReplyMetadata) -> None:
        self._request = request
        self._user = user
        self._key = key
        self._desk = desk
        self._echo = echo
        self._tried: dict[str, OpenedTurn] = {}

    def open(self) -> OpenedTurn:
        """See `open_turn`."""
        for _ in range(_ATTEMPTS):
            try:
                return retry_while_unavailable(self._attempt_unless_opened, self._desk)
            except StaleRead:
                self._desk.clock.sleep(random.uniform(0.01, 0.05))  # noqa: S311 - spreads competitors
            except AlreadyOpened as former:
                if former.message_id not in self._tried:
                    raise
                return self._tried[former.message_id]
        raise TooManyRequests("Too many messages at the same moment; please send this one again", 1.0)

    def _attempt_unless_opened(self) -> OpenedTurn:
        self._refuse_if_opened()
        try:
            return self._attempt()
        except ClientFault:
            # Its own twin may be what stands in its way: the running turn, the message replaced already.
            self._refuse_if_opened()
            raise

    def _refuse_if_opened(self) -> None:
        former = self._desk.chats.find_request(self._key, self._desk.clock.now())
        if former is not None:
            raise AlreadyOpened(*former)

    def _attempt(self) -> OpenedTurn:
        request, desk = self._request, self._desk
        subject = resolve_target(request, self._user, desk.chats, desk.assets, desk.policy)
        now = desk.clock.now()
        chat, message = self._chat_and_message(subject)
        presence = desk.connections.presence(self._user.id)
        lease_until = now + timedelta(seconds=desk.policy.start_lease_s)
        running = None if request.prompt is None else {message.id: lease_until}
        quota = admit(presence.quota, desk.limits, now, running, leaving=_replaced_turn(subject))
        if subject.stored is not None and subject.stored.chat.running_turn is not None:
            wait_for_running_turn(subject.stored, desk, replacing=subject.removed is not None)
            raise StaleRead
        untold = wait_for_terminal_delivery(subject.newest, desk)
        view = ChatView(chat, (*subject.earlier, message), _role(subject), _grants(subject))
        if request.prompt is None and subject.asset is not None:
            opened = _answered(view, subject.asset, self._user, presence.connections, desk)
        else:
            chat = replace(chat, running_turn=RunningTurn(message.id, self._user.id, lease_until))
            opened = OpenedTurn(replace(view, chat=chat), presence.connections)
        everyone = (connection.id for connection in presence.connections)
        opened = replace(opened, in_doubt=frozenset(everyone if untold is None else untold))
        stored = _final_view(opened)
        self._tried[message.id] = opened
        desk.turns.open(Opening(stored.chat, stored.messages[-1], quota, self._user.id, self._key))
        return _with_older_messages(opened, desk) if subject.removed else opened

    def _chat_and_message(self, subject: TurnTarget) -> tuple[Chat, Message]:
        now, new_id = self._desk.clock.now(), self._desk.new_id
        sender = sender_of(self._user)
        if subject.stored is not None:
            former = subject.stored.chat
            removed = former.removed if subject.removed is None else removing(former.removed, subject.removed)
            chat = replace(
                former,
                updated_at=now,
                next_message_number=former.next_message_number + 1,
                removed=removed,
                version=former.version + 1,
            )
        else:
            title = UNTITLED if subject.asset is None else subject.asset.name
            ref = None if subject.asset is None else subject.asset.ref
            chat = Chat(new_id(), title, sender, now, now, ref, ref, next_message_number=2)
        number = chat.next_message_number - 1
        return chat, Message(new_id(), chat.id, number, self._request.prompt, sender, now, now, self._echo)


def _replaced_turn(subject: TurnTarget) -> str | None:
    """The running turn that is ended before this one begins."""
    if subject.stored is None or subject.stored.chat.running_turn is None or subject.removed is None:
        return None
    return subject.stored.chat.running_turn.message_id


def _role(subject: TurnTarget) -> Role:
    return Role.OWNER if subject.stored is None or subject.stored.role is None else subject.stored.role


def _grants(subject: TurnTarget) -> tuple[Grant, ...]:
    return () if subject.stored is None else subject.stored.grants


def _answered(
    view: ChatView, asset: Asset, user: User, connections: tuple[Connection, ...], desk: Desk
) -> OpenedTurn:
    """A prompt-less turn: the file and a text that introduces it, complete from the start."""
    message = view.messages[-1]
    context = load_context(asset, desk.assets, principals_of(user))
    introduction = startable_kind(asset.type).introduction(context)[:_MAX_INTRODUCTION_CHARACTERS]
    file_id = part_id(message.id, "response", "file")
    file = file_response(file_id, asset.ref, asset.name, "Opened", message.created_at, asset.version_number)
    text = TextResponse(part_id(message.id, "response", "introduction"), introduction, is_final=True)
    answered = replace(message, responses=(file, text), outcome=Outcome("completed"))
    final = replace(view, messages=(*view.messages[:-1], answered))
    rest = (FileAttached(file), AnswerClosed(text.id, text.text), TurnCompleted(final))
    return OpenedTurn(view, connections, rest)


def _final_view(opened: OpenedTurn) -> ChatView:
    """What is stored: a prompt-less turn's final state, else the state as opened."""
    terminal = opened.rest[-1] if opened.rest else None
    return terminal.view if isinstance(terminal, TurnCompleted) else opened.view


def _with_older_messages(opened: OpenedTurn, desk: Desk) -> OpenedTurn:
    """The replaced messages may have pushed older ones out of what was read; now there is room for them."""
    stored = desk.chats.load(opened.view.chat.id, (), max_bytes=desk.policy.history_bytes)
    if stored is None:
        return opened
    return replace(opened, view=replace(opened.view, messages=stored.messages))
