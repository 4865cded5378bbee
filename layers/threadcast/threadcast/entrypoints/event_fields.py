"""Reads the fields of an event, each of its type: an invocation can carry any JSON value."""

from collections.abc import Mapping
from typing import Any, TypeVar

from threadcast.errors import UnknownEvent

__all__ = ["mapping_in", "optional_in", "require_mapping"]

_T = TypeVar("_T")


def require_mapping(event: Any) -> Mapping[str, Any]:
    """Return the event; raises `UnknownEvent` if it is no JSON object."""
    if not isinstance(event, Mapping):
        raise UnknownEvent("the event is not a JSON object")
    return event


def mapping_in(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a field that holds an object, empty where it is missing or null; raises `UnknownEvent`."""
    value = values.get(name)
    if value is None or isinstance(value, Mapping):
        return value or {}
    raise UnknownEvent(f"the event has a wrong {name}")


def optional_in(values: Mapping[str, Any], name: str, type_: type[_T]) -> _T | None:
    """Return a field of this type, None where it is missing or null; raises `UnknownEvent`."""
    value = values.get(name)
    if value is None or isinstance(value, type_):
        return value
    raise UnknownEvent(f"the event has a wrong {name}")
