"""Formats the functions' structured log lines for a terminal."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from local_gateway import LogLine

__all__ = ["readable_lines"]

_SOURCE_KEYS: Final = frozenset(
    {"level", "message", "timestamp", "service", "name", "location", "function_request_id", "xray_trace_id"}
)
"""Keys that say where a line comes from rather than what happened."""


def readable_lines(sink: Callable[[LogLine], None]) -> Callable[[LogLine], None]:
    """Return a sink that passes lines to `sink` as `LEVEL message key=value …`, and drops metrics."""

    def format_line(line: LogLine) -> None:
        fields = _parsed(line.text)
        if fields is None:
            sink(line)
        elif "_aws" not in fields:
            sink(replace(line, text=_as_text(fields)))

    return format_line


def _parsed(text: str) -> dict[str, Any] | None:
    """Return a structured line's fields; None for any other line."""
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) and ("_aws" in fields or "message" in fields) else None


def _as_text(fields: dict[str, Any]) -> str:
    shown = ((key, value) for key, value in fields.items() if key not in _SOURCE_KEYS and value is not None)
    values = [f"{key}={value}" for key, value in shown]
    return " ".join([str(fields.get("level", "")), str(fields["message"]), *values]).strip()
