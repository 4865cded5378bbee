"""How a turn's handover travels to the function that runs it, and on to the one that hears of its failure."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from threadcast.errors import UnknownEvent
from threadcast.ports import Handover

__all__ = ["from_failure", "from_payload", "to_payload"]


@cache
def _handovers() -> TypeAdapter[Handover]:
    return TypeAdapter(Handover)


def to_payload(handover: Handover) -> bytes:
    """Write a handover as the JSON that an invocation carries."""
    return _handovers().dump_json(handover)


def from_payload(event: Mapping[str, Any]) -> Handover:
    """Read what `to_payload` wrote; raises `UnknownEvent` if something else has invoked us."""
    try:
        return _handovers().validate_python(event)
    except ValidationError as error:
        # Only names: the values are a user's.
        wrong = sorted({str(fault["loc"][0]) if fault["loc"] else "the event" for fault in error.errors()})
        raise UnknownEvent(f"not a turn's handover: wrong or missing {', '.join(wrong)}") from None


def from_failure(event: Mapping[str, Any]) -> Handover:
    """Read the handover out of the record that Lambda sends to an on-failure destination.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    return from_payload(event.get("requestPayload", {}))
