"""Render frames as text on a console while they arrive: reasoning, answer, files, title, errors."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from rich.console import Console

from threadcast_client.folding.reducer import ChatState, fold
from threadcast_client.protocol.frames import SNAPSHOT_EVENTS, is_gateway_frame
from threadcast_client.terminal_chat.transcript import Key, Transcript

__all__ = ["Renderer"]

Json: TypeAlias = dict[str, Any]

_DIM: Final = "dim"
_STEP_INDENT: Final = 2
_TEXT_INDENT: Final = 4
_FILE_TEXT_INDENT: Final = 6


class Renderer:
    """Writes what each frame adds to the text written so far; a repeated frame adds nothing.

    Args:
        console: Where to write. A terminal gets styles and lines wrapped between words; any other output gets
            the text unchanged as it arrives.
        show_questions: Whether to write the questions; False where the user has just typed them.
    """

    def __init__(self, console: Console, *, show_questions: bool = True) -> None:
        self._transcript = Transcript(console)
        self._show_questions = show_questions
        self._state = ChatState()

    @property
    def title(self) -> str:
        """The title of the chat; empty before a frame has it."""
        return "" if self._state.chat is None else str(self._state.chat["title"])

    def show(self, frame: Mapping[str, Any]) -> None:
        """Write what this frame adds."""
        payload = frame.get("payload")
        if is_gateway_frame(frame):
            self.note(f"✗ API Gateway: {frame['message']}", "red")
        elif frame.get("error") is not None:
            self.note(f"✗ {_error_text(frame['error'])}", "red")
        elif frame.get("event") == "stopThread":
            self.note("Stopping …" if frame["payload"]["stopped"] else "Nothing was running.")
        elif isinstance(payload, dict):
            self._show_chat_frame(frame, payload)

    def note(self, text: str, style: str = _DIM) -> None:
        """Write a line that is not part of the chat."""
        self._transcript.write_line("note", text, style)

    def _show_chat_frame(self, frame: Mapping[str, Any], payload: Json) -> None:
        event = frame["event"]
        if event in SNAPSHOT_EVENTS:
            self._switch_to(payload["id"])
            self._state = fold(self._state, frame)
            self._show_snapshot(payload, event)
            return
        self._state = fold(self._state, frame)
        message = self._state.message(payload["message_id"])
        if message is None:  # a message of another chat
            return
        if event == "generatingTitle" and payload["progress"] == "completed":
            self._transcript.set_title(payload["title"])
        elif event == "generatingResponseMessage":
            self._show_answer(message["id"], message["response_messages"][payload["response_message"]["id"]])
        elif event == "generatingReasoningMessage":
            self._show_step(message["id"], message["reasoning_messages"][payload["reasoning"]["id"]])

    def _switch_to(self, chat_id: str) -> None:
        if self._state.chat is not None and self._state.chat["id"] != chat_id:
            self._state = ChatState()
            self._transcript.clear()

    def _show_snapshot(self, chat: Json, event: str) -> None:
        """Show the last message; for `getChat`, show all of them."""
        self._transcript.set_title(chat["title"])
        for message_id in chat["message_ids"] if event == "getChat" else chat["message_ids"][-1:]:
            self._show_message(chat["messages"][message_id])
        if event != "initializeChat":
            self._transcript.close_block()

    def _show_message(self, message: Json) -> None:
        question = (message["request_message"] or {}).get("request")
        if question and self._show_questions:
            self._write_once((message["id"], "question"), f"> {question}", "bold")
        for part_id in message["reasoning_message_ids"]:
            self._show_step(message["id"], message["reasoning_messages"][part_id])
        for part_id in message["response_message_ids"]:
            self._show_answer(message["id"], message["response_messages"][part_id])
        if message["is_completed"]:
            self._show_completion(message)

    def _show_completion(self, message: Json) -> None:
        notice, summary = message["post_processing_message"], message["final_reasoning_message"]
        if isinstance(notice, str) and notice:
            self._write_once((message["id"], "notice"), f"■ {notice}", "yellow")
        if summary:
            self._write_once((message["id"], "summary"), summary, _DIM)

    def _write_once(self, key: Key, text: str, style: str) -> None:
        """Write a line in a section of its own, unless it has been written already."""
        if self._transcript.record(key, text):
            self._transcript.write_line(key[1], text, style)

    def _show_answer(self, message_id: str, part: Json) -> None:
        key = (message_id, "answer", part["id"])
        if part["type"] == "file":
            if self._transcript.record(key, _file_text(part)):
                self._transcript.write_line("file", _file_text(part), "cyan")
        elif self._transcript.has_addition(key, part["message"] or ""):
            self._transcript.open_block("answer", key)
            self._transcript.write(key, part["message"], markdown=True)

    def _show_step(self, message_id: str, step: Json) -> None:
        key, text = (message_id, "step", step["id"]), step.get("message") or ""
        has_new_title = self._transcript.record((*key, "title"), step["title"])
        if has_new_title or self._transcript.has_addition(key, text):
            self._open_step(key, step)
        self._transcript.write(key, text, _DIM, _TEXT_INDENT, markdown=True)
        for file_id in step.get("file_ids", []):
            self._show_step_file((*key, file_id), step["files"][file_id])
        if step["status"] != "loading" and self._transcript.record((*key, "status"), step["status"]):
            self._close_step(key, step)

    def _open_step(self, key: Key, step: Json) -> None:
        self._transcript.open_block("steps", (*key, step["title"]), f"· {step['title']}", _DIM, _STEP_INDENT)

    def _show_step_file(self, key: Key, file: Json) -> None:
        text = file["file"]["text"] or ""
        if self._transcript.record((*key, "name"), _file_text(file)):
            self._transcript.write_line("steps", _file_text(file), _DIM, _TEXT_INDENT)
        if self._transcript.has_addition(key, text):
            self._transcript.open_block("steps", key)
            self._transcript.write(key, text, _DIM, _FILE_TEXT_INDENT)

    def _close_step(self, key: Key, step: Json) -> None:
        rows = [_pills_text(row) for row in step.get("pill_containers", [])]
        if rows:
            self._open_step(key, step)
        details = ", ".join(filter(None, [step["secondary_title"], "failed" * (step["status"] == "failed")]))
        if details and self._transcript.is_open((*key, step["title"])):
            self._transcript.append(f"  ({details})")
        for row in rows:
            self._transcript.write_line("steps", row, _DIM, _TEXT_INDENT)


def _pills_text(row: Json) -> str:
    labels = ", ".join(pill["text"] for pill in row["pills"])
    return f"{row['title']}: {labels}" if row["title"] else labels


def _file_text(file: Json) -> str:
    return f"▤ {file['file_name']}  ({file['file_type']}, version {file['version_number']})"


def _error_text(error: Json) -> str:
    retry_after_s, reference = error.get("retry_after_s"), error.get("reference_id")
    text: str = error["message"]
    if retry_after_s is not None:
        text = f"{_with_full_stop(text)} Try again in {retry_after_s:g} s."
    return text + (f" (reference {reference})" if reference else "")


def _with_full_stop(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
