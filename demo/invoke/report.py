"""Prints the report of an invocation: result, log, the frames of each connection, writes."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console

from demo.invoke.connections_api import Frame
from demo.invoke.emulators import Effects
from demo.invoke.outcome import Outcome
from demo.invoke.table_changes import Change
from demo.stack.log_format import readable_lines
from local_gateway import LogLine

__all__ = ["frame_line", "show_report"]

_WIDTH: Final = 110
_EVENT_WIDTH: Final = 28
_VALUE_WIDTH: Final = 60


def show_report(outcome: Outcome, effects: Effects, console: Console) -> None:
    """Print the result, the log, the frames and the writes."""
    _show(console, *_result(outcome))
    _show(console, "Log", _log_lines(outcome.output))
    _show_frames(effects.frames, console)
    _show(console, "Written", [line for change in effects.changes for line in _change_lines(change)])


def frame_line(frame: Frame) -> str:
    """Return a frame as one line: its event and a summary of its payload."""
    event = str(frame.get("event"))
    return _shortened(f"{event:{_EVENT_WIDTH}}{_summary(event, frame)}")


def _result(outcome: Outcome) -> tuple[str, list[str]]:
    if outcome.error is None:
        return "Result", [json.dumps(outcome.result, ensure_ascii=False)]
    return "Error", [f"{outcome.error.get('errorType', 'Error')}: {outcome.error.get('errorMessage')}"]


def _show(console: Console, title: str, lines: Sequence[str]) -> None:
    console.print(f"[bold]{title}[/]" if lines else f"[bold]{title}[/]  [dim]nothing[/]", highlight=False)
    for line in lines:
        console.print(f"  {line}", soft_wrap=True, markup=False, highlight=False)


def _show_frames(frames: Mapping[str, Sequence[Frame]], console: Console) -> None:
    first = next(iter(frames), None)
    for connection_id, received in frames.items():
        lines = [frame_line(frame) for frame in received]
        if lines and connection_id != first and received == frames[str(first)]:
            lines = [f"the same {len(received)} frames"]
        _show(console, f"Frames to connection {connection_id}", lines)


def _summary(event: str, frame: Frame) -> str:
    payload = frame.get("payload") or {}
    match event:
        case _ if frame.get("error"):
            text = f"{frame['error']['code']}: {frame['error']['message']}"
        case "initializeChat" | "complete" | "getChat":
            count = len(payload["messages"])
            text = f"chat “{payload['title']}”, {count} message{'' if count == 1 else 's'}"
        case "stopThread":
            text = f"stopped: {json.dumps(payload['stopped'])}, message {payload['message_id']}"
        case "generatingTitle":
            text = payload["title"] or f"+ {payload['title_chunk']}"
        case "generatingReasoningMessage":
            text = _reasoning(payload["reasoning"])
        case "generatingResponseMessage":
            text = _response(payload["response_message"])
        case _:
            text = json.dumps(payload, ensure_ascii=False)
    return text


def _reasoning(part: Mapping[str, Any]) -> str:
    """Return a reasoning step as text; pills are listed by their texts."""
    pills = [pill["text"] for each in part.get("pill_containers") or [] for pill in each["pills"]]
    text = part.get("message") or part.get("message_chunk") or ", ".join(pills)
    return f"{part['title']} ({part['status']}){': ' if text else ''}{text}"


def _response(part: Mapping[str, Any]) -> str:
    if part["type"] == "file":
        return f"file “{part['file_name']}”, version {part['version_number']}"
    return part["message"] or f"+ {part['message_chunk']}"


def _log_lines(output: str) -> list[str]:
    lines: list[str] = []
    sink = readable_lines(lambda line: lines.append(line.text))
    for text in output.splitlines():
        if text.strip():
            sink(LogLine("", "output", text, None, 0.0))
    return lines


def _change_lines(change: Change) -> list[str]:
    what = [f"{change.kind:9}{change.key[0]}  {change.key[1]}"]
    if change.kind == "deleted":
        return what
    attributes = [_attribute(change, *each) for each in change.attributes()]
    return what + [f"{'':9}{line}" for line in _wrapped(attributes)]


def _wrapped(parts: Sequence[str]) -> list[str]:
    """Join the parts to lines of at most `_WIDTH` characters, unless one part is longer."""
    lines = [""]
    for part in parts:
        if lines[-1] and len(lines[-1]) + len(part) + 2 > _WIDTH - 11:
            lines.append("")
        lines[-1] += f"; {part}" if lines[-1] else part
    return lines


def _attribute(change: Change, name: str, before: Any, after: Any) -> str:
    if change.kind == "put" or before is None:
        return f"{name}={_value(after)}"
    if after is None:
        return f"{name} removed"
    return f"{name} {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    if isinstance(value, bytes):
        return f"({len(value):,} bytes)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return textwrap.shorten(text, _VALUE_WIDTH, placeholder=" …")


def _shortened(text: str) -> str:
    flat = " ".join(text.splitlines())
    return flat if len(flat) <= _WIDTH else f"{flat[: _WIDTH - 2]} …"
