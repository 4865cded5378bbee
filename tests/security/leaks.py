"""What an error frame must not have: anything of the inside of the system."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from threadcast.protocol.frames import INTERNAL_ERROR_MESSAGE

__all__ = ["leaks"]

_INSIDE = re.compile(
    r"Traceback|\barn:|amazonaws|[\w/]+\.py\b|/(?:var|opt|home|tmp)/"
    r"|\b(?:[A-Z]\w*)(?:Error|Exception|Unavailable|Lost)\b"
    r"|\b(?:botocore|boto3|pydantic|threadcast|dynamodb|local-\w+)\b"
    r"|\b(?:CHAT|USER|ASSET|REQUEST|MSG|CONN)#",
    re.IGNORECASE,
)
_NAMED_IN_ERRORS = frozenset({"code", "message", "reference_id", "retry_after_s", "chat_id", "message_id"})
_INTERNAL = "INTERNAL_SERVER_ERROR"


def leaks(frame: Mapping[str, Any], internal_messages: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield what an error frame reveals; nothing for any other frame.

    An internal error has one fixed sentence, or one of `internal_messages`. A frame of API Gateway's own has
    its sentence and ids only.
    """
    error = frame.get("error")
    if error is None:
        if "event" not in frame and frame.keys() - {"message", "connectionId", "requestId"}:
            yield f"a frame of neither API Gateway nor Threadcast: {json.dumps(frame)}"
        return
    if unknown := error.keys() - _NAMED_IN_ERRORS:
        yield f"an error with {sorted(unknown)}"
    if found := _INSIDE.search(error["message"]):
        yield f"an error that names {found[0]!r}"
    if error["code"] == _INTERNAL and error["message"] not in {INTERNAL_ERROR_MESSAGE, *internal_messages}:
        yield f"an internal error with the text {error['message']!r}"
