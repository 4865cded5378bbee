"""Reads the events of a schedule."""

from collections.abc import Mapping
from typing import Any

from threadcast.errors import UnknownEvent

__all__ = ["require_schedule"]

_DETAIL_TYPE = "Scheduled Event"


def require_schedule(event: Mapping[str, Any]) -> None:
    """Raise `UnknownEvent` unless the event is one of an EventBridge rule with a schedule.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
    """
    if not isinstance(event, Mapping) or event.get("detail-type") != _DETAIL_TYPE:
        raise UnknownEvent("not a scheduled event")
