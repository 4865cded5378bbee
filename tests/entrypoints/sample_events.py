"""The sample events with their parsers, and changes of one place in an event."""

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from threadcast.entrypoints.authorizer_event import find_token, method_arn_of
from threadcast.entrypoints.connection_event import parse_connect, parse_disconnect, parse_message
from threadcast.entrypoints.handoff_event import from_failure, from_payload
from threadcast.entrypoints.schedule_event import require_schedule
from threadcast.errors import TokenRejected

__all__ = ["PARSERS", "parse_authorizer", "paths", "replaced", "sample_event"]

EVENTS = Path(__file__).parents[2] / "events"


def parse_authorizer(event: Any) -> None:
    """Read what the authorizer reads of its event; raises `UnknownEvent`."""
    method_arn_of(event)
    with contextlib.suppress(TokenRejected):  # an event without a token
        find_token(event)


PARSERS: list[tuple[Callable[[Any], object], str]] = [
    (parse_authorizer, "authorizer/bearer_token"),
    (parse_authorizer, "authorizer/query_token"),
    (parse_authorizer, "authorizer/subprotocol_token"),
    (parse_connect, "connect/subprotocol_token"),
    (parse_disconnect, "disconnect/idle"),
    (parse_message, "post_thread/prompt"),
    (from_payload, "run_turn/handoff_in_doubt"),
    (from_failure, "turn_failed/timed_out"),
    (require_schedule, "sweep_turns/every_minute"),
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each value within a JSON value."""
    yield path
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        yield from paths(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """Return the JSON value with `by` in one place."""
    if not path:
        return by
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


def sample_event(name: str) -> Any:
    """Return a sample event of events/, with every field that its parser reads."""
    event = json.loads((EVENTS / f"{name}.json").read_text())
    return event if "requestPayload" in event or "chat_id" in event else {"isBase64Encoded": False, **event}
