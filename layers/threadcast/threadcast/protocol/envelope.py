"""Read the envelope of a client's message: its route, its request id and its payload, not yet checked."""

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from threadcast.domain.text import clean
from threadcast.errors import BadRequest
from threadcast.protocol.types.value_types import MAX_REQUEST_ID_CHARACTERS, MAX_ROUTE_CHARACTERS

__all__ = ["ROUTES", "Action", "Envelope", "read_envelope"]

Action = Literal["post", "stop", "get"]

ROUTES: Final[dict[str, Action]] = {
    "/chats/post": "post",
    "/threads/post": "post",
    "postThread": "post",
    "/chats/stop": "stop",
    "stopThread": "stop",
    "/chats/get": "get",
}
"""The action of each route that a client can name."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as far as it is readable; `fault` says what is wrong with it, None for a valid one.

    `route` is what the answer repeats: at most 64 characters. `action` is None for an unknown route.
    """

    route: str | None = None
    action: Action | None = None
    request_id: str | None = None
    payload: dict[str, Any] | None = None
    fault: str | None = None

    def opened(self) -> dict[str, Any]:
        """Return the payload of a valid envelope; raises `BadRequest` for any other."""
        if self.fault is not None or self.payload is None:
            raise BadRequest(self.fault or "payload must be an object")
        return self.payload


def read_envelope(body: str | None) -> Envelope:
    """Read as much of a message as is readable; never raises."""
    try:
        message = json.loads(body or "")
    except json.JSONDecodeError:
        return Envelope(fault="The message is not JSON")
    except RecursionError:
        return Envelope(fault="The message is nested too deeply")
    except ValueError:  # https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
        return Envelope(fault="The message has a number with too many digits")
    if not isinstance(message, dict):
        return Envelope(fault="The message must be a JSON object")
    route, request_id, payload = (message.get(key) for key in ("route", "request_id", "payload"))
    action = ROUTES.get(route) if isinstance(route, str) else None
    return Envelope(
        route=clean(route)[:MAX_ROUTE_CHARACTERS] if isinstance(route, str) else None,
        action=action,
        request_id=_request_id(request_id),
        payload=payload if isinstance(payload, dict) else None,
        fault=_fault(route, action, request_id, payload),
    )


def _fault(route: Any, action: Action | None, request_id: Any, payload: Any) -> str | None:
    if route is None:
        return "route must be provided"
    if not isinstance(route, str):
        return "route must be a string"
    if action is None:
        return f"Unknown route; these are known: {', '.join(ROUTES)}"
    if (fault := _request_id_fault(request_id)) is not None:
        return fault
    if not isinstance(payload, dict):
        return "payload must be an object"
    return None


def _request_id(value: Any) -> str | None:
    """Return the id, or None for an absent one and for one that an answer cannot repeat unchanged."""
    return value or None if _request_id_fault(value) is None else None


def _request_id_fault(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_REQUEST_ID_CHARACTERS:
        return f"request_id must be a string of at most {MAX_REQUEST_ID_CHARACTERS} characters"
    if clean(value) != value:
        return "request_id must not contain control characters or halves of surrogate pairs"
    return None
