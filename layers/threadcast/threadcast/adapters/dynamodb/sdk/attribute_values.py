"""Converts Python values to DynamoDB's typed attributes, and back.

The low-level client takes numbers as strings, so floats need no conversion to Decimal, which boto3's
`resource` layer requires.
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["Item", "attribute", "item", "plain", "plain_item"]

Item = dict[str, Any]
"""An item in the low-level client's format: attribute names to typed values."""


def attribute(value: Any) -> dict[str, Any]:
    """Return a string, number, boolean, bytes, list, set of strings or mapping as a typed attribute."""
    kind: str
    typed: Any = value
    match value:
        case bool():
            kind = "BOOL"
        case str():
            kind = "S"
        case bytes():
            kind = "B"
        case int() | float():
            kind, typed = "N", repr(value)
        case list() | tuple():
            kind, typed = "L", [attribute(part) for part in value]
        case frozenset():
            kind, typed = "SS", sorted(value)
        case Mapping():
            kind, typed = "M", item(value)
        case _:
            raise TypeError(f"No attribute type for {type(value).__name__}")
    return {kind: typed}


def item(values: Mapping[str, Any]) -> Item:
    """Return a mapping as an item, without the entries that are None."""
    return {name: attribute(value) for name, value in values.items() if value is not None}


def plain(typed: Mapping[str, Any]) -> Any:
    """Return the value of a typed attribute; a number without a fraction is an int."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return int(value) if value.lstrip("-").isdigit() else float(value)
        case "L":
            return [plain(part) for part in value]
        case "M":
            return plain_item(value)
        case "NULL":
            return None
    return value


def plain_item(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as a mapping of plain values."""
    return {name: plain(value) for name, value in typed.items()}
