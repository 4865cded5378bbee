"""Write requests as values, for a single call or for a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from threadcast.adapters.dynamodb.keys import Key
from threadcast.adapters.dynamodb.sdk.attribute_values import Item, item

__all__ = ["Write", "delete", "put", "update", "update_expression"]

_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Write:
    """The operation, and the SDK's parameters for it without the table's name."""

    verb: Literal["Put", "Update", "Delete"]
    parameters: Mapping[str, Any]


def put(
    key: Key,
    values: Mapping[str, Any],
    *,
    condition: str | None = None,
    expression_values: Mapping[str, Any] = _NONE,
) -> Write:
    """Write an item, replacing a stored one; `expression_values` are the values named in `condition`."""
    whole: Item = item({**key._asdict(), **values})
    return Write("Put", {"Item": whole, **_condition(condition), **_values(expression_values)})


def update(
    key: Key,
    expression: str,
    *,
    condition: str | None = None,
    expression_values: Mapping[str, Any],
    expression_names: Mapping[str, str] = _NONE,
) -> Write:
    """Change attributes; expressions refer to `expression_values` as `:…`, `expression_names` as `#…`."""
    attribute_names = {
        "ExpressionAttributeNames": {f"#{name}": full for name, full in expression_names.items()}
    }
    return Write(
        "Update",
        {
            "Key": item(key._asdict()),
            "UpdateExpression": expression,
            **_condition(condition),
            **_values(expression_values),
            **(attribute_names if expression_names else {}),
        },
    )


def update_expression(settings: Iterable[str], removals: Sequence[str] = ()) -> str:
    """Return the expression that sets attributes (`name = :value`) and removes others."""
    removal = f" REMOVE {', '.join(removals)}" if removals else ""
    return f"SET {', '.join(settings)}{removal}"


def delete(key: Key, *, condition: str | None = None, expression_values: Mapping[str, Any] = _NONE) -> Write:
    """Delete an item; without a condition, one that does not exist is no error."""
    return Write(
        "Delete", {"Key": item(key._asdict()), **_condition(condition), **_values(expression_values)}
    )


def _condition(condition: str | None) -> dict[str, Any]:
    if condition is None:
        return {}
    # The error then contains the stored item, free of charge.
    return {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _values(expression_values: Mapping[str, Any]) -> dict[str, Any]:
    if not expression_values:
        return {}
    return {
        "ExpressionAttributeValues": {f":{name}": value for name, value in item(expression_values).items()}
    }
