"""Patches moto so that a transaction's memory and time depend on its items, not on the size of the table.

moto keeps every instance of its models for its dashboard, and copies a transaction's tables once for each
item, for a rollback; together that is gigabytes after an hour of use (seen with moto 5.2).
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from moto.core.common_models import BaseModel
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodbstreams.models import DynamoDBStreamsBackend

__all__ = ["patch_moto"]

_transact = DynamoDBBackend.transact_write_items
_get_records = DynamoDBStreamsBackend.get_records

_MAX_ITERATORS = 1_000


def patch_moto() -> None:
    """Patch moto in this process, which must handle one request at a time."""
    BaseModel.__new__ = _untracked  # type: ignore[method-assign]
    DynamoDBBackend.transact_write_items = _transact_in_place  # type: ignore[method-assign, assignment]
    DynamoDBStreamsBackend.get_records = _get_records_with_bound  # type: ignore[method-assign, assignment]


def _get_records_with_bound(backend: DynamoDBStreamsBackend, iterator_arn: str, limit: int) -> dict[str, Any]:
    """Read a stream; forget the oldest iterators, of which every read makes one."""
    read: dict[str, Any] = _get_records(backend, iterator_arn, limit)
    for oldest in list(backend.shard_iterators)[:-_MAX_ITERATORS]:
        del backend.shard_iterators[oldest]
    return read


def _untracked(cls: type[BaseModel], *_: Any, **__: Any) -> BaseModel:
    return object.__new__(cls)


def _transact_in_place(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    """Run a transaction on the tables themselves; if it fails, restore the items that it names."""
    previous = list(_named_items(backend, transact_items))
    try:
        with _uncopied_tables():
            _transact(backend, transact_items)
    except Exception:
        for each in previous:
            each.restore()
        raise


class _PreviousItem(NamedTuple):
    """The item at a key before the transaction; `item` is None if there was none."""

    table: Table
    hash_key: DynamoType
    range_key: DynamoType | None
    item: Item | None

    def restore(self) -> None:
        whole: Any = self.table.items
        items, key = (
            (whole, self.hash_key) if self.range_key is None else (whole[self.hash_key], self.range_key)
        )
        if self.item is None:
            items.pop(key, None)
        else:
            items[key] = self.item


def _named_items(
    backend: DynamoDBBackend, transact_items: Sequence[Mapping[str, Any]]
) -> Iterator[_PreviousItem]:
    """Copy the item at each key; skip invalid operations, which moto rejects."""
    for operation in (operation for item in transact_items for operation in item.values()):
        table = backend.tables.get(operation.get("TableName"))
        named = operation.get("Key", operation.get("Item", {}))
        if table is None or table.hash_key_attr not in named:
            continue
        if table.range_key_attr is not None and table.range_key_attr not in named:
            continue
        hash_key, range_key = backend.get_keys_value(table, named)
        yield _PreviousItem(table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key)))


@contextmanager
def _uncopied_tables() -> Iterator[None]:
    Table.__deepcopy__ = lambda table, _memo: table  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del Table.__deepcopy__  # type: ignore[attr-defined]
