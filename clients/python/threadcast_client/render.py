"""Shows a chat on a console while its frames come in: reasoning dim, answers live, files, title, errors."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from rich.console import Console

from threadcast_client.fold import ChatState, fold
from threadcast_client.frames import is_gateway_frame
from threadcast_client.page import Key, Page

__all__ = ["Renderer"]

Json: TypeAlias = dict[str, Any]

_SNAPSHOTS: Final = frozenset({"initializeChat", "complete", "getChat"})
_DIM: Final = "dim"
_STEP_INDENT: Final = 2
_TEXT_INDENT: Final = 4
_FILE_TEXT_INDENT: Final = 6


class Renderer:
    """Writes what each frame adds to what was shown; a frame that says known things again adds nothing.

    Args:
        console: Where to write. A terminal gets styles and lines wrapped between words; anything else gets
            the text as it comes.
        echo_requests: Whether to show the question; False where the user has just typed it.
    """

    def __init__(self, console: Console, *, echo_requests: bool = True) -> None:
        self._page = Page(console)
        self._echo_requests = echo_requests
        self._state = ChatState()

    def show(self, frame: Mapping[str, Any]) -> None:
        """Write what this frame adds."""
        payload = frame.get("payload")
        if is_gateway_frame(frame):
            self.note(f"✗ API Gateway: {frame['message']}", "red")
        elif frame.get("error") is not None:
            self.note(f"✗ {_in_words(frame['error'])}", "red")
        elif frame.get("event") == "stopThread":
            self.note("Stopping …" if frame["payload"]["stopped"] else "Nothing was running.")
        elif isinstance(payload, dict):
            self._take(frame, payload)

    def note(self, text: str, style: str = _DIM) -> None:
        """Write a line that is no part of the chat."""
        self._page.line("note", text, style)

    def _take(self, frame: Mapping[str, Any], payload: Json) -> None:
        event = frame["event"]
        if event in _SNAPSHOTS:
            self._turn_to(payload["id"])
            self._state = fold(self._state, frame)
            self._show_snapshot(payload, event)
            return
        self._state = fold(self._state, frame)
        message = self._state.message(payload["message_id"])
        if message is None:  # of another chat
            return
        if event == "generatingTitle" and payload["progress"] == "completed":
            self._page.title(payload["title"])
        elif event == "generatingResponseMessage":
            self._show_answer(message["id"], message["response_messages"][payload["response_message"]["id"]])
        elif event == "generatingReasoningMessage":
            self._show_step(message["id"], message["reasoning_messages"][payload["reasoning"]["id"]])

    def _turn_to(self, chat_id: str) -> None:
        if self._state.chat is not None and self._state.chat["id"] != chat_id:
            self._state = ChatState()
            self._page.forget()

    def _show_snapshot(self, chat: Json, event: str) -> None:
        """Show the last message, on request all; what stood there before this turn has been shown."""
        self._page.title(chat["title"])
        for message_id in chat["message_ids"] if event == "getChat" else chat["message_ids"][-1:]:
            self._show_message(chat["messages"][message_id])
        if event != "initializeChat":
            self._page.leave()

    def _show_message(self, message: Json) -> None:
        question = (message["request_message"] or {}).get("request")
        if question and self._echo_requests and self._page.is_news((message["id"], "asked"), question):
            self._page.line("question", f"> {question}", "bold")
        for part_id in message["reasoning_message_ids"]:
            self._show_step(message["id"], message["reasoning_messages"][part_id])
        for part_id in message["response_message_ids"]:
            self._show_answer(message["id"], message["response_messages"][part_id])
        if message["is_completed"]:
            self._show_ending(message)

    def _show_ending(self, message: Json) -> None:
        ending, summary = message["post_processing_message"], message["final_reasoning_message"]
        if isinstance(ending, str) and ending and self._page.is_news((message["id"], "ending"), ending):
            self._page.line("ending", f"■ {ending}", "yellow")
        if summary and self._page.is_news((message["id"], "summary"), summary):
            self._page.line("summary", summary, _DIM)

    def _show_answer(self, message_id: str, part: Json) -> None:
        key = (message_id, "answer", part["id"])
        if part["type"] == "file":
            if self._page.is_news(key, _file_in_words(part)):
                self._page.line("file", _file_in_words(part), "cyan")
        elif self._page.adds(key, part["message"] or ""):
            self._page.enter("answer", key)
            self._page.tell(key, part["message"], markdown=True)

    def _show_step(self, message_id: str, step: Json) -> None:
        key, text = (message_id, "step", step["id"]), step.get("message") or ""
        if self._page.is_news((*key, "title"), step["title"]) or self._page.adds(key, text):
            self._enter_step(key, step)
        self._page.tell(key, text, _DIM, _TEXT_INDENT, markdown=True)
        for file_id in step.get("file_ids", []):
            self._show_step_file((*key, file_id), step["files"][file_id])
        if step["status"] != "loading" and self._page.is_news((*key, "status"), step["status"]):
            self._close_step(key, step)

    def _enter_step(self, key: Key, step: Json) -> None:
        self._page.enter("steps", (*key, step["title"]), f"· {step['title']}", _DIM, _STEP_INDENT)

    def _show_step_file(self, key: Key, file: Json) -> None:
        text = file["file"]["text"] or ""
        if self._page.is_news((*key, "name"), _file_in_words(file)):
            self._page.line("steps", _file_in_words(file), _DIM, _TEXT_INDENT)
        if self._page.adds(key, text):
            self._page.enter("steps", key)
            self._page.tell(key, text, _DIM, _FILE_TEXT_INDENT)

    def _close_step(self, key: Key, step: Json) -> None:
        rows = [_pills_in_words(row) for row in step.get("pill_containers", [])]
        if rows:
            self._enter_step(key, step)
        remark = ", ".join(filter(None, [step["secondary_title"], "failed" * (step["status"] == "failed")]))
        if remark and self._page.is_in((*key, step["title"])):
            self._page.append(f"  ({remark})")
        for row in rows:
            self._page.line("steps", row, _DIM, _TEXT_INDENT)


def _pills_in_words(row: Json) -> str:
    labels = ", ".join(pill["text"] for pill in row["pills"])
    return f"{row['title']}: {labels}" if row["title"] else labels


def _file_in_words(file: Json) -> str:
    return f"▤ {file['file_name']}  ({file['file_type']}, version {file['version_number']})"


def _in_words(error: Json) -> str:
    after, reference = error.get("retry_after_s"), error.get("reference_id")
    words = error["message"] if after is None else f"{_sentence(error['message'])} Try again in {after:g} s."
    return words + (f" (reference {reference})" if reference else "")


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."
