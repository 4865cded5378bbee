"""Makes moto fit for a long run: memory and time of a transaction are those of its items, not of the table.

moto keeps every instance of its models for its dashboard, and copies a transaction's whole table once for
each item, in case it has to go back; together that is gigabytes after an hour of use (seen with moto 5.2).
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from moto.core.common_models import BaseModel
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

__all__ = ["make_frugal"]

_transact = DynamoDBBackend.transact_write_items


def make_frugal() -> None:
    """Change moto in this process, whose requests must come one at a time."""
    BaseModel.__new__ = _untracked  # type: ignore[method-assign]
    DynamoDBBackend.transact_write_items = _frugal_transact  # type: ignore[method-assign, assignment]


def _untracked(cls: type[BaseModel], *_: Any, **__: Any) -> BaseModel:
    return object.__new__(cls)


def _frugal_transact(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    """Run a transaction on the tables themselves; where it fails, put back the items that it names."""
    former = list(_named_items(backend, transact_items))
    try:
        with _uncopied_tables():
            _transact(backend, transact_items)
    except Exception:
        for each in former:
            each.put_back()
        raise


class _Former(NamedTuple):
    """What stood at a key; `item` is None where nothing did."""

    table: Table
    hash_key: DynamoType
    range_key: DynamoType | None
    item: Item | None

    def put_back(self) -> None:
        whole: Any = self.table.items
        items, key = (
            (whole, self.hash_key) if self.range_key is None else (whole[self.hash_key], self.range_key)
        )
        if self.item is None:
            items.pop(key, None)
        else:
            items[key] = self.item


def _named_items(backend: DynamoDBBackend, transact_items: Sequence[Mapping[str, Any]]) -> Iterator[_Former]:
    """Copy what stands at each key; what moto will refuse is left to moto."""
    for operation in (operation for item in transact_items for operation in item.values()):
        table = backend.tables.get(operation.get("TableName"))
        named = operation.get("Key", operation.get("Item", {}))
        if table is None or table.hash_key_attr not in named:
            continue
        if table.range_key_attr is not None and table.range_key_attr not in named:
            continue
        hash_key, range_key = backend.get_keys_value(table, named)
        yield _Former(table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key)))


@contextmanager
def _uncopied_tables() -> Iterator[None]:
    Table.__deepcopy__ = lambda table, _memo: table  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del Table.__deepcopy__  # type: ignore[attr-defined]
