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
    """Return a string, number, boolean, bytes, list or mapping as a typed attribute."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case int() | float():
            return {"N": repr(value)}
        case list() | tuple():
            return {"L": [attribute(part) for part in value]}
        case Mapping():
            return {"M": item(value)}
    raise TypeError(f"No attribute type for {type(value).__name__}")


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
