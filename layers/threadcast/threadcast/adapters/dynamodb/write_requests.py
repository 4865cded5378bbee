"""A write as a value: alone or in a transaction, the same words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from threadcast.adapters.dynamodb.attribute_values import Item, item
from threadcast.adapters.dynamodb.keys import Key

__all__ = ["Write", "changes", "delete", "put", "update"]

_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Write:
    """What to do, and the SDK's parameters for it apart from the table's name."""

    verb: Literal["Put", "Update", "Delete"]
    parameters: Mapping[str, Any]


def put(
    key: Key, values: Mapping[str, Any], *, condition: str | None = None, given: Mapping[str, Any] = _NONE
) -> Write:
    """Write a whole item in place of a former one; `given` are the values that `condition` names."""
    whole: Item = item({**key._asdict(), **values})
    return Write("Put", {"Item": whole, **_condition(condition), **_values(given)})


def update(
    key: Key,
    expression: str,
    *,
    condition: str | None = None,
    given: Mapping[str, Any],
    names: Mapping[str, str] = _NONE,
) -> Write:
    """Change some attributes; `given` and `names` are what its expressions call `:…` and `#…`."""
    attribute_names = {"ExpressionAttributeNames": {f"#{name}": full for name, full in names.items()}}
    return Write(
        "Update",
        {
            "Key": item(key._asdict()),
            "UpdateExpression": expression,
            **_condition(condition),
            **_values(given),
            **(attribute_names if names else {}),
        },
    )


def changes(settings: Iterable[str], removals: Sequence[str] = ()) -> str:
    """The expression for these settings (`name = :value`) and the removal of these attributes."""
    removal = f" REMOVE {', '.join(removals)}" if removals else ""
    return f"SET {', '.join(settings)}{removal}"


def delete(key: Key, *, condition: str | None = None, given: Mapping[str, Any] = _NONE) -> Write:
    """Remove an item; one that is not there is fine unless the condition says otherwise."""
    return Write("Delete", {"Key": item(key._asdict()), **_condition(condition), **_values(given)})


def _condition(condition: str | None) -> dict[str, Any]:
    if condition is None:
        return {}
    # The item that stood in the way comes with the error, free of charge.
    return {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    if not given:
        return {}
    return {"ExpressionAttributeValues": {f":{name}": value for name, value in item(given).items()}}
