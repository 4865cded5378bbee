"""Makes the functions' structured log lines readable for a person at a terminal."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from local_gateway import LogLine

__all__ = ["readable"]

_PLUMBING: Final = frozenset(
    {"level", "message", "timestamp", "service", "name", "location", "function_request_id", "xray_trace_id"}
)
"""What says where a line comes from rather than what happened."""


def readable(sink: Callable[[LogLine], None]) -> Callable[[LogLine], None]:
    """Return a sink that hands lines on as `LEVEL message key=value …`, and leaves out metrics."""

    def take(line: LogLine) -> None:
        told = _parsed(line.text)
        if told is None:
            sink(line)
        elif "_aws" not in told:
            sink(replace(line, text=_in_words(told)))

    return take


def _parsed(text: str) -> dict[str, Any] | None:
    """Return what a structured line tells; None for any other."""
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return told if isinstance(told, dict) and ("_aws" in told or "message" in told) else None


def _in_words(told: dict[str, Any]) -> str:
    facts = [f"{key}={value}" for key, value in told.items() if key not in _PLUMBING and value is not None]
    return " ".join([str(told.get("level", "")), str(told["message"]), *facts]).strip()
