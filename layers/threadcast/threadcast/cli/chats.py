"""The commands for chats."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from threadcast.assets.columns.number_format import counted
from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.output import Output
from threadcast.cli.running_turns import StopAndWait
from threadcast.cli.table.stores import Stores
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message, TextResponse
from threadcast.ports import StoredChat

__all__ = ["delete_chat", "list_chats", "show_chat"]

_MAX_BYTES = 100_000_000

Confirm = Callable[[str], bool]


def list_chats(stores: Stores, owner_id: str | None, *, out: Output) -> None:
    """Print one line per chat, of one owner or of everybody: id, time of the last change, owner, title."""
    chats = stores.chat_library.all(owner_id)
    lines = [f"{chat.id}  {_time(chat.updated_at)}  {chat.owner.id}  {chat.title}" for chat in chats]
    out.result([_summary(chat) for chat in chats], [*lines, f"{counted(len(chats), 'chat')}."])


def show_chat(stores: Stores, chat_id: str, *, with_texts: bool, out: Output) -> None:
    """Print a chat's attributes and messages; prompts and answers only if they are asked for."""
    stored = _find(stores, chat_id)
    roles = [{"principal": str(grant.principal), "role": grant.role.value} for grant in stored.grants]
    messages = [_message(message, with_texts=with_texts) for message in stored.messages]
    value = {**_summary(stored.chat), "roles": roles, "messages": messages}
    out.result(value, [*_attribute_lines(stored), "", *_message_lines(messages)])


def delete_chat(stores: Stores, chat_id: str, stop: StopAndWait, confirm: Confirm, *, out: Output) -> None:
    """Delete a chat with everything in it, after a confirmation; a running turn is stopped first."""
    chat = _find(stores, chat_id).chat
    if not confirm(f"Delete “{chat.title}” of {chat.owner.name} with all of its messages? [y/N] "):
        raise CommandFailed("Nothing was deleted.")
    stop(stores, [chat_id])
    messages = stores.chat_library.delete(chat_id)
    out.result(
        {"id": chat_id, "deleted_messages": messages},
        [f"“{chat.title}” is deleted with {counted(messages, 'message')}."],
    )


def _find(stores: Stores, chat_id: str) -> StoredChat:
    found = stores.chats.load(chat_id, (), max_bytes=_MAX_BYTES)
    if found is None:
        raise CommandFailed(f"There is no chat {chat_id}; `chats list` shows those there are.")
    return found


def _summary(chat: Chat) -> dict[str, Any]:
    turn = chat.running_turn
    return {
        "id": chat.id,
        "title": chat.title,
        "owner_id": chat.owner.id,
        "owner_name": chat.owner.name,
        "created_at": chat.created_at.isoformat(),
        "updated_at": chat.updated_at.isoformat(),
        "asset": None if chat.asset is None else {"id": chat.asset.id, "type": chat.asset.type.value},
        "running_message_id": None if turn is None else turn.message_id,
    }


def _message(message: Message, *, with_texts: bool) -> dict[str, Any]:
    texts = {
        "prompt": message.prompt,
        "answer": "\n".join(part.text for part in message.responses if isinstance(part, TextResponse)),
    }
    return {
        "id": message.id,
        "number": message.number,
        "sender_id": message.sender.id,
        "created_at": message.created_at.isoformat(),
        "outcome": None if message.outcome is None else message.outcome.kind,
        **(texts if with_texts else {}),
    }


def _attribute_lines(stored: StoredChat) -> list[str]:
    chat = stored.chat
    about = "no asset" if chat.asset is None else f"{chat.asset.type} {chat.asset.id}"
    return [
        chat.title,
        f"  id       {chat.id}",
        f"  owner    {chat.owner.id}, {chat.owner.name}",
        f"  about    {about}",
        f"  created  {_time(chat.created_at)} UTC",
        f"  changed  {_time(chat.updated_at)} UTC",
        *(f"  role     {grant.principal.kind} {grant.principal.id} {grant.role}" for grant in stored.grants),
        *(f"  running  message {turn.message_id}" for turn in [chat.running_turn] if turn is not None),
    ]


def _message_lines(messages: Sequence[dict[str, Any]]) -> list[str]:
    lines = []
    for message in messages:
        lines.append(f"{message['number']:>5}  {message['id']}  {message['outcome'] or 'running'}")
        lines += [f"       > {message['prompt']}"] if message.get("prompt") else []
        lines += [f"       {line}" for line in message.get("answer", "").splitlines()]
    return [*lines, f"{counted(len(messages), 'message')}."]


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
