"""The reference reducer: what a client's chat is after a frame. Pure; the law of the stream is about it.

A state is never changed in place, so any of them may be kept and compared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from threadcast_client.shells import new_chat, new_message

__all__ = ["ChatState", "fold"]

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChatState:
    """One chat as one tab holds it.

    Attributes:
        chat: The chat in the shape of the contract, with every text so far in `message` (in `text` for a
            file) and no chunk; None before the first frame. Treat it as read-only.
        legacy_tab: Whether this tab ignores `initializeChat`, as existing clients do in every tab but the
            one that asked.
        titled_message_id: The message whose turn is writing the title, so that the first chunk of the next
            turn starts afresh; None when a snapshot or a whole title came last.
    """

    chat: Json | None = None
    legacy_tab: bool = False
    titled_message_id: str | None = None

    def message(self, message_id: str) -> Json | None:
        """Return one message, or None where this tab has not heard of it."""
        found: Json | None = self.chat["messages"].get(message_id) if self.chat else None
        return found


def fold(state: ChatState, frame: Mapping[str, Any]) -> ChatState:
    """Return the state after one frame of this chat.

    A state is tied to the chat of its first frame: frames of the user's other chats leave it as it is, as
    do errors, answers to a stop, API Gateway's own frames and events that are not known.
    """
    event, payload = frame.get("event"), frame.get("payload")
    if not isinstance(payload, dict):
        return state
    if event in _SNAPSHOTS and _is_of(state, payload["id"]):
        deaf = state.legacy_tab and event == "initializeChat"
        return state if deaf else replace(state, chat=payload, titled_message_id=None)
    if event in _STEPS and _is_of(state, payload["chat_id"]):
        return _STEPS[event](state, payload)
    return state


def _is_of(state: ChatState, chat_id: str) -> bool:
    return state.chat is None or state.chat["id"] == chat_id


def _with_title(state: ChatState, payload: Json) -> ChatState:
    chat, message_id = _chat_with_message(state, payload), payload["message_id"]
    if payload["progress"] == "completed":
        return replace(state, chat={**chat, "title": payload["title"]}, titled_message_id=None)
    begun = chat["title"] if state.titled_message_id == message_id else ""
    return replace(
        state, chat={**chat, "title": begun + payload["title_chunk"]}, titled_message_id=message_id
    )


def _with_response(state: ChatState, payload: Json) -> ChatState:
    return _with_part(state, payload, "response", payload["response_message"])


def _with_reasoning(state: ChatState, payload: Json) -> ChatState:
    return _with_part(state, payload, "reasoning", payload["reasoning"])


_STEPS: Final[dict[Any, Callable[[ChatState, Json], ChatState]]] = {
    "generatingTitle": _with_title,
    "generatingResponseMessage": _with_response,
    "generatingReasoningMessage": _with_reasoning,
}
_SNAPSHOTS: Final = frozenset({"initializeChat", "complete", "getChat"})


def _with_part(
    state: ChatState, payload: Json, kind: Literal["response", "reasoning"], part: Json
) -> ChatState:
    chat, message_id = _chat_with_message(state, payload), payload["message_id"]
    message, ids, parts = chat["messages"][message_id], f"{kind}_message_ids", f"{kind}_messages"
    former = message[parts].get(part["id"], {})
    after = _response_after(former, part) if kind == "response" else _reasoning_after(former, part)
    message = {
        **message,
        ids: _in_order(message[ids], part["id"]),
        parts: {**message[parts], part["id"]: after},
    }
    return replace(state, chat={**chat, "messages": {**chat["messages"], message_id: message}})


def _chat_with_message(state: ChatState, payload: Json) -> Json:
    """Make room for a chat or a message that this tab never saw begin."""
    chat, message_id = state.chat or new_chat(payload["chat_id"]), payload["message_id"]
    messages = chat["messages"]
    if message_id in messages:
        return chat
    return {
        **chat,
        "message_ids": _in_order(chat["message_ids"], message_id),
        "messages": {**messages, message_id: new_message(message_id)},
    }


def _in_order(ids: list[str], new_id: str) -> list[str]:
    return ids if new_id in ids else [*ids, new_id]


def _response_after(former: Json, part: Json) -> Json:
    """Replace by id; of a text, a whole `message` stands and a chunk is appended."""
    if part["type"] != "text":
        return part
    whole, so_far = part["message"], former.get("message") or ""
    text = so_far + (part["message_chunk"] or "") if whole is None else whole
    return {**part, "message": text, "message_chunk": None}


def _reasoning_after(former: Json, step: Json) -> Json:
    """Replace by id; of a text, existing clients append every chunk and never read `message`."""
    if step["type"] == "text":
        text = (former.get("message") or "") + (step["message_chunk"] or "")
        return {**step, "message": text, "message_chunk": None}
    if step["type"] == "files":
        held = former.get("files", {})
        return {
            **step,
            "files": {key: _file_after(held.get(key), file) for key, file in step["files"].items()},
        }
    return step


def _file_after(former: Json | None, file: Json) -> Json:
    """Replace a file by id, but append a chunk to the text so far; no text and no chunk keeps it."""
    body, so_far = file["file"], (former or {}).get("file", {}).get("text")
    if body["text_chunk"] is not None:
        text = (so_far or "") + body["text_chunk"]
    else:
        text = so_far if body["text"] is None else body["text"]
    return {**file, "file": {**body, "text": text, "text_chunk": None}}
