"""Compares the table's items before and after an invocation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from threadcast.adapters.dynamodb.sdk.attribute_values import plain_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["Change", "Items", "compare_items", "delete_items", "read_items"]

_MAX_BATCH = 25
_KEYS = frozenset({"pk", "sk", "gsi1pk", "gsi1sk"})

Items = Mapping[tuple[str, str], Mapping[str, Any]]
"""Every item of a table as plain values, by partition key and sort key."""


@dataclass(frozen=True, slots=True)
class Change:
    """An item that was `put`, `updated` or `deleted`; `before` or `after` is None if it did not exist."""

    kind: Literal["put", "updated", "deleted"]
    key: tuple[str, str]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def attributes(self) -> Iterator[tuple[str, Any, Any]]:
        """Yield the name, the old and the new value of each attribute that differs.

        Entries of a map are named by their path: `running_turn.claim`. The keys of the table and of its index
        are left out, since other attributes repeat them.
        """
        before, after = _flat(self.before or {}), _flat(self.after or {})
        for name in sorted({*before, *after} - _KEYS):
            if before.get(name) != after.get(name):
                yield name, before.get(name), after.get(name)


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {prefix + name: value}
    return flat


def read_items(client: "DynamoDBClient", table: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Read the whole table without assets and their rows, which no event changes."""
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        ConsistentRead=True,
        FilterExpression="NOT begins_with(pk, :asset)",
        ExpressionAttributeValues={":asset": {"S": "ASSET#"}},
    )
    items = [plain_item(item) for page in pages for item in page["Items"]]
    return {(item["pk"], item["sk"]): item for item in items}


def delete_items(client: "DynamoDBClient", table: str, keys: Iterable[tuple[str, str]]) -> None:
    """Delete items of an emulated table, by partition key and sort key.

    Emulators return no unprocessed items, so there is no retry.
    """
    requests: list[Any] = [{"DeleteRequest": {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in keys]
    for start in range(0, len(requests), _MAX_BATCH):
        client.batch_write_item(RequestItems={table: requests[start : start + _MAX_BATCH]})


def compare_items(before: Items, after: Items) -> list[Change]:
    """Return the changes, sorted by key."""
    found = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is None:
            found.append(Change("put", key, None, new))
        elif new is None:
            found.append(Change("deleted", key, old, None))
        elif old != new:
            found.append(Change("updated", key, old, new))
    return found
