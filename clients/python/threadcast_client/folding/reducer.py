"""The reference reducer: apply one frame to a chat. A pure function: states are never changed in place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from threadcast_client.folding.placeholders import placeholder_chat, placeholder_message
from threadcast_client.protocol.frames import SNAPSHOT_EVENTS

__all__ = ["ChatState", "fold"]

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChatState:
    """One chat, as folded from the frames of one connection.

    Attributes:
        chat: The chat in the shape of the wire contract, with every text so far in `message` (in `text` for a
            file) and no chunk; None before the first frame. Treat it as read-only.
        legacy_client: Whether the client ignores `initializeChat`, as existing clients do on every connection
            except the one that sent the request.
        titled_message_id: The message whose turn streams the title, so that the first chunk of another turn
            starts a new title; None after a snapshot or a whole title.
    """

    chat: Json | None = None
    legacy_client: bool = False
    titled_message_id: str | None = None

    def message(self, message_id: str) -> Json | None:
        """Return one message, or None if no frame has named it."""
        found: Json | None = self.chat["messages"].get(message_id) if self.chat else None
        return found


def fold(state: ChatState, frame: Mapping[str, Any]) -> ChatState:
    """Return the state after one frame.

    A state belongs to the chat of its first frame: frames of the user's other chats do not change it, nor do
    errors, replies to a stop, API Gateway's own frames and unknown events.
    """
    event, payload = frame.get("event"), frame.get("payload")
    if not isinstance(payload, dict):
        return state
    if event in SNAPSHOT_EVENTS and _is_of_chat(state, payload["id"]):
        is_ignored = state.legacy_client and event == "initializeChat"
        return state if is_ignored else replace(state, chat=payload, titled_message_id=None)
    if event in _UPDATES and _is_of_chat(state, payload["chat_id"]):
        return _UPDATES[event](state, payload)
    return state


def _is_of_chat(state: ChatState, chat_id: str) -> bool:
    return state.chat is None or state.chat["id"] == chat_id


def _with_title(state: ChatState, payload: Json) -> ChatState:
    chat, message_id = _chat_with_message(state, payload), payload["message_id"]
    if payload["progress"] == "completed":
        return replace(state, chat={**chat, "title": payload["title"]}, titled_message_id=None)
    so_far = chat["title"] if state.titled_message_id == message_id else ""
    return replace(
        state, chat={**chat, "title": so_far + payload["title_chunk"]}, titled_message_id=message_id
    )


def _with_response(state: ChatState, payload: Json) -> ChatState:
    return _with_part(state, payload, "response", payload["response_message"])


def _with_reasoning(state: ChatState, payload: Json) -> ChatState:
    return _with_part(state, payload, "reasoning", payload["reasoning"])


_UPDATES: Final[dict[Any, Callable[[ChatState, Json], ChatState]]] = {
    "generatingTitle": _with_title,
    "generatingResponseMessage": _with_response,
    "generatingReasoningMessage": _with_reasoning,
}


def _with_part(
    state: ChatState, payload: Json, kind: Literal["response", "reasoning"], part: Json
) -> ChatState:
    chat, message_id = _chat_with_message(state, payload), payload["message_id"]
    message, ids, parts = chat["messages"][message_id], f"{kind}_message_ids", f"{kind}_messages"
    previous = message[parts].get(part["id"], {})
    updated = _updated_response(previous, part) if kind == "response" else _updated_reasoning(previous, part)
    message = {
        **message,
        ids: _with_id(message[ids], part["id"]),
        parts: {**message[parts], part["id"]: updated},
    }
    return replace(state, chat={**chat, "messages": {**chat["messages"], message_id: message}})


def _chat_with_message(state: ChatState, payload: Json) -> Json:
    """Return the chat, with a placeholder for a message whose `initializeChat` was not received."""
    chat, message_id = state.chat or placeholder_chat(payload["chat_id"]), payload["message_id"]
    messages = chat["messages"]
    if message_id in messages:
        return chat
    return {
        **chat,
        "message_ids": _with_id(chat["message_ids"], message_id),
        "messages": {**messages, message_id: placeholder_message(message_id)},
    }


def _with_id(ids: list[str], new_id: str) -> list[str]:
    return ids if new_id in ids else [*ids, new_id]


def _updated_response(previous: Json, part: Json) -> Json:
    """Replace the part; in a text, a whole `message` replaces the text so far, a chunk extends it."""
    if part["type"] != "text":
        return part
    whole, so_far = part["message"], previous.get("message") or ""
    text = so_far + (part["message_chunk"] or "") if whole is None else whole
    return {**part, "message": text, "message_chunk": None}


def _updated_reasoning(previous: Json, step: Json) -> Json:
    """Replace the step; in a text, append the chunk and ignore `message`, as existing clients do."""
    if step["type"] == "text":
        text = (previous.get("message") or "") + (step["message_chunk"] or "")
        return {**step, "message": text, "message_chunk": None}
    if step["type"] == "files":
        files = previous.get("files", {})
        return {
            **step,
            "files": {key: _updated_file(files.get(key), file) for key, file in step["files"].items()},
        }
    return step


def _updated_file(previous: Json | None, file: Json) -> Json:
    """Replace the file, but append a chunk to the text so far; keep it if there is neither text nor chunk."""
    body, so_far = file["file"], (previous or {}).get("file", {}).get("text")
    if body["text_chunk"] is not None:
        text = (so_far or "") + body["text_chunk"]
    else:
        text = so_far if body["text"] is None else body["text"]
    return {**file, "file": {**body, "text": text, "text_chunk": None}}
