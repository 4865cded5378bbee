"""Read the envelope of a client's message: its route, its request id and its payload, not yet checked."""

import json
from dataclasses import dataclass
from typing import Any, Final

from threadcast.domain.text import clean
from threadcast.errors import BadRequest
from threadcast.protocol.routes import ROUTES, Route
from threadcast.protocol.types.frame_types import ErrorEvent
from threadcast.protocol.types.value_types import MAX_REQUEST_ID_CHARACTERS, MAX_ROUTE_CHARACTERS

__all__ = ["Envelope", "read_envelope"]

_TYPE_NAMES: Final[dict[type, str]] = {dict: "an object", list: "a list"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as far as it is readable; `fault` says what is wrong with it, None for a valid one.

    `name` is what the answer repeats: at most 64 characters. `route` is None for an unknown name.
    """

    name: str | None = None
    route: Route[Any, Any] | None = None
    request_id: str | None = None
    payload: Any = None
    fault: str | None = None

    @property
    def error_event(self) -> ErrorEvent:
        """The event of a refusal."""
        return "error" if self.route is None else self.route.error_event

    def opened(self) -> tuple[Route[Any, Any], Any]:
        """Return the route of a valid envelope, and its command; raises `BadRequest` for any other."""
        if self.fault is not None or self.route is None:
            raise BadRequest(self.fault or "route must be provided")
        return self.route, self.route.parse(self.payload)


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
    name, request_id, payload = (message.get(key) for key in ("route", "request_id", "payload"))
    route = ROUTES.get(name) if isinstance(name, str) else None
    return Envelope(
        name=clean(name)[:MAX_ROUTE_CHARACTERS] if isinstance(name, str) else None,
        route=route,
        request_id=_request_id(request_id),
        payload=payload,
        fault=_fault(name, route, request_id, payload),
    )


def _fault(name: Any, route: Route[Any, Any] | None, request_id: Any, payload: Any) -> str | None:
    if name is None:
        return "route must be provided"
    if not isinstance(name, str):
        return "route must be a string"
    if route is None:
        return f"Unknown route; these are known: {', '.join(ROUTES)}"
    if (fault := _request_id_fault(request_id)) is not None:
        return fault
    if not isinstance(payload, route.payload_type):
        return f"payload must be {_TYPE_NAMES[route.payload_type]}"
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
