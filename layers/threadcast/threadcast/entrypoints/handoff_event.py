"""The handoff as the event of the function that runs it, and of the function that handles its failure."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from threadcast.entrypoints.event_fields import require_mapping
from threadcast.errors import UnknownEvent
from threadcast.ports import Handoff

__all__ = ["from_failure", "from_payload", "to_payload"]


@cache
def _handoffs() -> TypeAdapter[Handoff]:
    return TypeAdapter(Handoff)


def to_payload(handoff: Handoff) -> bytes:
    """Return the JSON of a handoff for an invocation."""
    return _handoffs().dump_json(handoff)


def from_payload(event: Any) -> Handoff:
    """Read what `to_payload` wrote; raises `UnknownEvent` if something else has invoked us."""
    try:
        return _handoffs().validate_python(event)
    except ValidationError as error:
        # Only names: the values are a user's.
        wrong = sorted({str(fault["loc"][0]) if fault["loc"] else "the event" for fault in error.errors()})
        raise UnknownEvent(f"not a turn's handoff: wrong or missing {', '.join(wrong)}") from None


def from_failure(event: Any) -> Handoff:
    """Read the handoff out of the record that Lambda sends to an on-failure destination.

    Raises `UnknownEvent`, as `from_payload` does.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    return from_payload(require_mapping(event).get("requestPayload"))
