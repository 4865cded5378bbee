"""Plain values as DynamoDB's typed attributes and back.

The low-level client takes numbers as texts, so floats need no detour over Decimal (boto3's `resource` layer
refuses them).
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["Item", "attribute", "item", "plain", "plain_item"]

Item = dict[str, Any]
"""An item as the low-level client gives and takes it: attribute names to typed values."""


def attribute(value: Any) -> dict[str, Any]:
    """A text, number, truth value, bytes, list or mapping as a typed attribute."""
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
    """A mapping as an item; None is left out."""
    return {name: attribute(value) for name, value in values.items() if value is not None}


def plain(typed: Mapping[str, Any]) -> Any:
    """The value in a typed attribute; a number without a fraction comes back as an int."""
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
    """An item as a mapping of plain values."""
    return {name: plain(value) for name, value in typed.items()}
