"""Counts requests to DynamoDB and the capacity units that they are billed, for tests and benchmarks.

Emulators of DynamoDB do not report true capacity, so `BilledUnits` computes it by DynamoDB's rules: reads by
4 KB, writes by 1 KB (of the item before or after, whichever is larger), twice in a transaction, plus the
writes to the index.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from threadcast.adapters.dynamodb.sdk.attribute_values import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["BilledUnits", "RequestCounter", "item_bytes"]

_READ_UNIT_BYTES = 4_096
_WRITE_UNIT_BYTES = 1_024
_WRITES = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}


class RequestCounter:
    """Counts a client's requests while its `with` block runs.

    `calls` counts by operation, a transaction once; `reported_units` is the capacity that DynamoDB reports.
    The SDK's own retries of a request are not counted separately.
    """

    def __init__(self, client: "DynamoDBClient") -> None:
        self.calls: Counter[str] = Counter()
        self.reported_units: Counter[str] = Counter()
        self._events = client.meta.events
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._events.register("provide-client-params.dynamodb", self._request_capacity)
        self._events.register("after-call.dynamodb", self._count)
        return self

    def __exit__(self, *_: object) -> None:
        self._events.unregister("provide-client-params.dynamodb", self._request_capacity)
        self._events.unregister("after-call.dynamodb", self._count)

    def _request_capacity(self, params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _count(self, model: Any, parsed: Mapping[str, Any], **_: Any) -> None:
        capacity = parsed.get("ConsumedCapacity", [])
        reports = [capacity] if isinstance(capacity, Mapping) else capacity
        with self._lock:
            self.calls[model.name] += 1
            self.reported_units[model.name] += sum(report.get("CapacityUnits", 0) for report in reports)


class BilledUnits:
    """Computes the units that a client's requests are billed while its `with` block runs, by operation.

    `observer` is another client of the same table, which reads the items before and after each write.
    """

    def __init__(self, client: "DynamoDBClient", observer: "DynamoDBClient") -> None:
        self.reads: dict[str, float] = defaultdict(float)
        self.writes: Counter[str] = Counter()
        self._events = client.meta.events
        self._observer = observer
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._events.register("provide-client-params.dynamodb", self._before)
        self._events.register("after-call.dynamodb", self._after)
        return self

    def __exit__(self, *_: object) -> None:
        self._events.unregister("provide-client-params.dynamodb", self._before)
        self._events.unregister("after-call.dynamodb", self._after)

    def _before(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        targets = _targets(model.name, params)
        context["threadcast"] = params, targets, [self._read_item(*target) for target in targets]

    def _after(self, model: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        params, targets, before = context["threadcast"]
        factor = 2 if model.name == "TransactWriteItems" else 1
        after = [self._read_item(*target) for target in targets]
        written = sum(
            factor * _write_units(*pair) + _index_units(*pair) for pair in zip(before, after, strict=True)
        )
        read = 0 if targets else self._read_units(model.name, params, parsed)
        with self._lock:
            self.writes[model.name] += written
            self.reads[model.name] += read

    def _read_item(self, table: str, key: Item) -> Item:
        return self._observer.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})

    def _read_units(self, operation: str, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> float:
        if operation == "Query":
            return self._page_units(params)
        if operation == "BatchGetItem":
            found, wanted = parsed["Responses"], params["RequestItems"]
            return sum(_batch_units(found.get(name, []), request["Keys"]) for name, request in wanted.items())
        return _units(item_bytes(parsed.get("Item", {})), _READ_UNIT_BYTES)

    def _page_units(self, params: Mapping[str, Any]) -> float:
        """Read the page again without its filter, because filtered items are billed as well."""
        unfiltered = {name: value for name, value in params.items() if name != "FilterExpression"}
        values = unfiltered["ExpressionAttributeValues"]
        unfiltered["ExpressionAttributeValues"] = {name: values[name] for name in values if name != ":wanted"}
        page = self._observer.query(**unfiltered)["Items"]
        units = _units(sum(map(item_bytes, page)), _READ_UNIT_BYTES)
        return units if params.get("ConsistentRead") else units / 2


def item_bytes(values: Item) -> int:
    """Return the billed size of an item: names and values, strings as UTF-8."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in values.items())


def _value_bytes(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S" | "SS":
            return sum(len(text.encode()) for text in ([value] if kind == "S" else value))
        case "B":
            return len(value)
        case "N":
            return len(value) // 2 + 2
        case "L":
            return 3 + sum(1 + _value_bytes(part) for part in value)
        case "M":
            return 3 + len(value) + item_bytes(value)
    return 1


def _units(size: int, unit: int) -> int:
    return max(1, -(-size // unit))


def _batch_units(found: Sequence[Item], wanted: Sequence[Item]) -> int:
    """Return the units of a batch: items are rounded up one by one, missing ones count too."""
    missing = len(wanted) - len(found)
    return missing + sum(_units(item_bytes(values), _READ_UNIT_BYTES) for values in found)


def _write_units(before: Item, after: Item) -> int:
    return _units(max(item_bytes(before), item_bytes(after)), _WRITE_UNIT_BYTES)


def _index_units(before: Item, after: Item) -> int:
    """Return the units of the index, which holds keys only: a changed key is a deletion and an insertion."""
    old, new = (
        {name: values[name] for name in ("gsi1pk", "gsi1sk") if name in values} for values in (before, after)
    )
    return 0 if old == new else bool(old) + bool(new)


def _targets(operation: str, params: Mapping[str, Any]) -> list[tuple[str, Item]]:
    """Return table and key of each item that a request writes."""
    actions = params.get("TransactItems", [{_WRITES[operation]: params}] if operation in _WRITES else [])
    return [(write["TableName"], _key(write)) for action in actions for write in action.values()]


def _key(write: Mapping[str, Any]) -> Item:
    return {name: write.get("Key", write.get("Item", {}))[name] for name in ("pk", "sk")}
