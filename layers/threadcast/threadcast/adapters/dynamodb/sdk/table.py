"""`DynamoTable`: every call that Threadcast makes to DynamoDB."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from threadcast.adapters.dynamodb.keys import INDEX, Key
from threadcast.adapters.dynamodb.sdk.attribute_values import Item, attribute, item, plain_item
from threadcast.adapters.dynamodb.sdk.error_translation import WriteConflict, translated
from threadcast.adapters.dynamodb.sdk.write_requests import Write
from threadcast.domain.randomness import unpredictable
from threadcast.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["DynamoTable"]

_ATTEMPTS = 5
_FIRST_PAUSE_S = 0.02
_MAX_PAGE_ITEMS = 1_000
"""Of a growing page: without it, the limit of a long chat's twentieth page exceeds what the API takes."""
_MAX_KEYS_PER_READ = 100  # of one BatchGetItem: a quota of DynamoDB's

_T = TypeVar("_T")


class DynamoTable:
    """A table, called through a low-level boto3 client.

    Every read but those of the index is strongly consistent. Every method raises `StoreUnavailable` if a
    retry may succeed, otherwise a plain `StoreError`; writes raise `ConditionFailed`.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = unpredictable.random,
    ) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep
        self._jitter = jitter

    def get(self, key: Key) -> dict[str, Any] | None:
        """Return an item as plain values; None if it does not exist."""
        with translated():
            response = self._client.get_item(
                TableName=self._name, Key=item(key._asdict()), ConsistentRead=True
            )
        found = response.get("Item")
        return None if found is None else plain_item(found)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """Return the items that exist, by key, in one call for every 100 keys."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, dict[str, Any]] = {}
        for start in range(0, len(wanted), _MAX_KEYS_PER_READ):
            for values in self._get_batch(wanted[start : start + _MAX_KEYS_PER_READ]):
                found[Key(values["pk"], values["sk"])] = values
        return found

    def query(
        self,
        pk: str,
        between: tuple[str, str],
        *,
        newest_first: bool = False,
        where: tuple[str, str] | None = None,
        page_items: int | None = None,
        page_growth: int = 1,
        max_pages: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield the items of a partition in a range of sort keys; each page is read on first use.

        `where` is an attribute and its required value; other items are read (and billed) but not yielded.
        `page_items` limits the first page; each further page reads `page_growth` times more items, up to
        1,000. After `max_pages` pages the rest is not read.
        """
        parameters: dict[str, Any] = {
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": item({":pk": pk, ":low": between[0], ":high": between[1]}),
            "ScanIndexForward": not newest_first,
        }
        if where is not None:
            parameters["FilterExpression"] = f"{where[0]} = :wanted"
            parameters["ExpressionAttributeValues"][":wanted"] = attribute(where[1])
        return self._pages(parameters, page_items, page_growth, max_pages)

    def query_index(
        self,
        pk: str,
        *,
        before: str | None = None,
        up_to: str | None = None,
        newest_first: bool = False,
        page_items: int | None = None,
    ) -> Iterator[Key]:
        """Yield the keys of the items in a partition of the index, which is eventually consistent.

        With `before`, only those whose sort key in the index is smaller; with `up_to`, smaller or equal.
        """
        bound = " AND gsi1sk < :bound" if before else " AND gsi1sk <= :bound" if up_to else ""
        parameters = {
            "IndexName": INDEX,
            "KeyConditionExpression": f"gsi1pk = :pk{bound}",
            "ExpressionAttributeValues": item({":pk": pk, ":bound": before or up_to or None}),
            "ScanIndexForward": not newest_first,
        }
        for values in self._pages(parameters, page_items):
            yield Key(values["pk"], values["sk"])

    def query_index_backward(
        self, pk: str, between: tuple[str, str], *, limit: int
    ) -> Iterator[tuple[Key, str]]:
        """Yield the last entries in a range of an index partition, the last one first, at most `limit`.

        An entry is an item's key and its sort key in the index. Eventually consistent, as `query_index`.
        """
        parameters = {
            "IndexName": INDEX,
            "KeyConditionExpression": "gsi1pk = :pk AND gsi1sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": item({":pk": pk, ":low": between[0], ":high": between[1]}),
            "ScanIndexForward": False,
        }
        for values in itertools.islice(self._pages(parameters, page_items=limit), limit):
            yield Key(values["pk"], values["sk"]), values["gsi1sk"]

    def scan(self, *, sort_key: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield every item of the table, or those with this sort key; for operators: it reads everything.

        The read is billed for the whole table, in either case.
        """
        parameters: dict[str, Any] = {"ConsistentRead": True}
        if sort_key is not None:
            parameters["FilterExpression"] = "sk = :sk"
            parameters["ExpressionAttributeValues"] = item({":sk": sort_key})
        return self._pages(parameters, call=self._client.scan)

    def scan_index(self, partition_prefix: str, before: str, segment: int, segments: int) -> Iterator[Key]:
        """Yield keys of items in one of `segments` parts of the index, which is eventually consistent.

        Only those whose partition in the index begins with the prefix and whose sort key in it is smaller
        than `before`; the whole part is read, and billed.
        """
        parameters = {
            "IndexName": INDEX,
            "Segment": segment,
            "TotalSegments": segments,
            "FilterExpression": "begins_with(gsi1pk, :prefix) AND gsi1sk < :before",
            "ExpressionAttributeValues": item({":prefix": partition_prefix, ":before": before}),
        }
        for values in self._pages(parameters, call=self._client.scan):
            yield Key(values["pk"], values["sk"])

    def write(self, write: Write) -> None:
        """Execute one write."""
        calls: dict[str, Callable[..., Any]] = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }
        self._retry_conflicts(lambda: calls[write.verb](TableName=self._name, **write.parameters))

    def update_and_get(self, write: Write) -> dict[str, Any]:
        """Execute an update, and return the whole item as it has left it."""
        response = self._retry_conflicts(
            lambda: self._client.update_item(TableName=self._name, ReturnValues="ALL_NEW", **write.parameters)
        )
        return plain_item(response["Attributes"])

    def transact(self, *writes: Write) -> None:
        """Execute all of these writes in one transaction."""
        actions: list[Any] = [{write.verb: {"TableName": self._name, **write.parameters}} for write in writes]
        self._retry_conflicts(lambda: self._client.transact_write_items(TransactItems=actions))

    def _retry_conflicts(self, call: Callable[[], _T]) -> _T:
        """Repeat a call that conflicts with a concurrent transaction; such a call has written nothing.

        Each call gets a new idempotency token from the SDK; the SDK's own retries of a call keep its token.
        """
        for attempt in range(_ATTEMPTS - 1):
            try:
                with translated():
                    return call()
            except WriteConflict:
                self._pause(attempt)
        with translated():
            return call()

    def _pages(
        self,
        parameters: Mapping[str, Any],
        page_items: int | None = None,
        page_growth: int = 1,
        max_pages: int | None = None,
        *,
        call: Callable[..., Any] | None = None,
    ) -> Iterator[dict[str, Any]]:
        read = call or self._client.query
        position: dict[str, Any] = {}
        limit = page_items
        for _ in itertools.count() if max_pages is None else range(max_pages):
            bound: dict[str, Any] = {} if limit is None else {"Limit": limit}
            with translated():
                page = read(TableName=self._name, **parameters, **bound, **position)
            yield from map(plain_item, page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            position = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
            limit = None if limit is None else min(limit * page_growth, _MAX_PAGE_ITEMS)

    def _get_batch(self, keys: Sequence[Key]) -> Iterator[dict[str, Any]]:
        pending: Any = {self._name: {"Keys": [item(key._asdict()) for key in keys], "ConsistentRead": True}}
        for attempt in range(_ATTEMPTS):
            with translated():
                response = self._client.batch_get_item(RequestItems=pending)
            found: list[Item] = response["Responses"].get(self._name, [])
            yield from map(plain_item, found)
            pending = response.get("UnprocessedKeys")
            if not pending:
                return
            self._pause(attempt)
        raise StoreUnavailable("Unprocessed keys remain")

    def _pause(self, attempt: int) -> None:
        self._sleep(_FIRST_PAUSE_S * 2**attempt * self._jitter())
