"""The commands about stored chats: list, search, rename, mark, copy and delete them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from threadcast_client.requests.chats import ChatRequests
from threadcast_client.terminal_chat.output import Output

__all__ = ["CHAT_COMMANDS", "ChatCommands", "WrongUsage"]

CHAT_COMMANDS: Final[Mapping[str, str]] = {
    "/chats": "Usage: /chats [COUNT]; COUNT is a whole number above 0.",
    "/search": "Usage: /search WORDS",
    "/rename": "Usage: /rename TITLE; it renames the open chat.",
    "/favorite": "Usage: /favorite [CHAT]; CHAT is a number of the last list, or an id.",
    "/unfavorite": "Usage: /unfavorite [CHAT]; CHAT is a number of the last list, or an id.",
    "/duplicate": "Usage: /duplicate [CHAT]; CHAT is a number of the last list, or an id.",
    "/delete": "Usage: /delete [CHAT]; CHAT is a number of the last list, or an id.",
}
"""How each command is used."""

_DEFAULT_COUNT: Final = 20
_Command: TypeAlias = Callable[[str, str | None], Awaitable[str | None]]


class WrongUsage(Exception):
    """A command cannot be executed as it was typed; the message says how it is used."""


class _WrongArgument(Exception):
    """An argument, or the open chat that stands for it, is missing or does not fit."""


class ChatCommands:
    """Executes commands; `/chats` and `/search` number the chats for those that follow."""

    def __init__(self, chats: ChatRequests, output: Output) -> None:
        self._chats = chats
        self._output = output
        self._listed: list[str] = []
        self._commands: dict[str, _Command] = {
            "/chats": self._list,
            "/search": self._search,
            "/rename": self._rename,
            "/favorite": self._favorite,
            "/unfavorite": self._unfavorite,
            "/duplicate": self._duplicate,
            "/delete": self._delete,
        }

    async def execute(self, command: str, argument: str, open_id: str | None) -> str | None:
        """Execute a command and return the id of the chat that is open afterwards; None for a new one.

        Args:
            command: One of `CHAT_COMMANDS`.
            argument: The rest of the line.
            open_id: The open chat; None for a new one.

        Raises:
            WrongUsage: The argument does not fit, or there is no open chat.
            ClientError: The request failed.
        """
        try:
            return await self._commands[command](argument, open_id)
        except _WrongArgument:
            raise WrongUsage(CHAT_COMMANDS[command]) from None

    def id_of(self, chat: str) -> str:
        """Return the id of a chat in the last list by its number; anything else is an id itself."""
        is_number = chat.isdecimal() and 0 < int(chat) <= len(self._listed)
        return self._listed[int(chat) - 1] if is_number else chat

    async def _list(self, argument: str, open_id: str | None) -> str | None:
        count = _count(argument)
        chats = [chat async for chat in _first(self._chats.list(page_size=min(count, 100)), count)]
        self._show_list("/chats", chats, [_listed_text(chat) for chat in chats])
        return open_id

    async def _search(self, argument: str, open_id: str | None) -> str | None:
        chats = [chat async for chat in _first(self._chats.search(_some(argument)), _DEFAULT_COUNT)]
        self._show_list("/search", chats, [_found_text(chat) for chat in chats])
        return open_id

    def _show_list(self, command: str, chats: Sequence[Mapping[str, Any]], texts: Sequence[str]) -> None:
        self._listed = [chat["id"] for chat in chats]
        lines = [f"{number:>3} {text}" for number, text in enumerate(texts, 1)]
        self._output.result(command, chats, lines or ["No chats."])

    async def _rename(self, argument: str, open_id: str | None) -> str | None:
        chat = await self._chats.update(_some(open_id), title=_some(argument))
        self._output.result("/rename", chat, [f"Renamed to {chat['title']}."])
        return open_id

    async def _favorite(self, argument: str, open_id: str | None) -> str | None:
        return await self._mark(argument, open_id, is_favorited=True)

    async def _unfavorite(self, argument: str, open_id: str | None) -> str | None:
        return await self._mark(argument, open_id, is_favorited=False)

    async def _mark(self, argument: str, open_id: str | None, *, is_favorited: bool) -> str | None:
        chat = await self._chats.update(self._chosen(argument, open_id), is_favorited=is_favorited)
        command, text = ("/favorite", "is") if is_favorited else ("/unfavorite", "is no longer")
        self._output.result(command, chat, [f"{chat['title']} {text} a favorite."])
        return open_id

    async def _duplicate(self, argument: str, open_id: str | None) -> str | None:
        copy = await self._chats.duplicate(self._chosen(argument, open_id))
        self._output.result("/duplicate", copy, [f"The open chat is now {copy['title']}."])
        return copy["id"]

    async def _delete(self, argument: str, open_id: str | None) -> str | None:
        deleted = await self._chats.delete(self._chosen(argument, open_id))
        self._output.result("/delete", deleted, ["Deleted."])
        return None if open_id in deleted else open_id

    def _chosen(self, argument: str, open_id: str | None) -> str:
        return self.id_of(argument) if argument else _some(open_id)


def _some(text: str | None) -> str:
    if not text:
        raise _WrongArgument
    return text


def _count(argument: str) -> int:
    if not argument:
        return _DEFAULT_COUNT
    if not argument.isdecimal() or not int(argument):
        raise _WrongArgument
    return int(argument)


async def _first(items: AsyncIterator[Any], count: int) -> AsyncIterator[Any]:
    async for item in items:
        yield item
        count -= 1
        if not count:
            return


def _listed_text(chat: Mapping[str, Any]) -> str:
    mark = "★" if chat["is_favorited"] else " "
    shared = ", shared" if chat["is_shared"] else ""
    return f"{mark} {chat['title']}  ({_minute(chat['updated_at'])}{shared})"


def _found_text(chat: Mapping[str, Any]) -> str:
    excerpt = f": {' '.join(chat['additional_text'].split())}" if chat["additional_text"] else ""
    return f"  {chat['title']}  ({_minute(chat['updated_at'])}){excerpt}"


def _minute(time: str) -> str:
    return time[:16].replace("T", " ") + " UTC"
