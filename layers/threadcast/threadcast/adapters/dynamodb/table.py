"""The table: every call that Threadcast makes to DynamoDB goes through here."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from threadcast.adapters.dynamodb.attribute_values import Item, attribute, item, plain_item
from threadcast.adapters.dynamodb.error_translation import WriteConflict, translated
from threadcast.adapters.dynamodb.keys import INDEX, Key
from threadcast.adapters.dynamodb.write_requests import Write
from threadcast.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["DynamoTable"]

_ATTEMPTS = 5
_FIRST_PAUSE_S = 0.02
_MAX_KEYS_PER_READ = 100  # of one BatchGetItem: a quota of DynamoDB's

_unpredictable = random.SystemRandom().random

_T = TypeVar("_T")


class DynamoTable:
    """A table, reached through a low-level client that somebody else has made.

    Every read is consistent, but for `query_index`. Every method raises `StoreUnavailable` where trying
    again may help and a plain `StoreError` where it won't; writes raise `ConditionFailed`.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = _unpredictable,
    ) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep
        self._jitter = jitter

    def get(self, key: Key) -> dict[str, Any] | None:
        """One item as plain values; None if there is none."""
        with translated():
            answer = self._client.get_item(TableName=self._name, Key=item(key._asdict()), ConsistentRead=True)
        found = answer.get("Item")
        return None if found is None else plain_item(found)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """Those of the items that exist, by key: one call for every hundred."""
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
    ) -> Iterator[dict[str, Any]]:
        """Items of a partition in a range of sort keys; a page is read once somebody asks for its first item.

        `where` names an attribute and the text that it must hold; other items are read and left out.
        `page_items` bounds what the first page reads, each further one reads `page_growth` times more.
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
        return self._pages(parameters, page_items, page_growth)

    def query_index(self, pk: str) -> Iterator[Key]:
        """The keys of the items in a partition of the index, which lags a moment behind the table."""
        parameters = {
            "IndexName": INDEX,
            "KeyConditionExpression": "gsi1pk = :pk",
            "ExpressionAttributeValues": item({":pk": pk}),
        }
        for values in self._pages(parameters, None, 1):
            yield Key(values["pk"], values["sk"])

    def write(self, write: Write) -> None:
        """Do one write."""
        calls: dict[str, Callable[..., Any]] = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }
        self._unless_in_conflict(lambda: calls[write.verb](TableName=self._name, **write.parameters))

    def transact(self, *writes: Write) -> None:
        """Do all of these writes or none."""
        actions: list[Any] = [{write.verb: {"TableName": self._name, **write.parameters}} for write in writes]
        self._unless_in_conflict(lambda: self._client.transact_write_items(TransactItems=actions))

    def _unless_in_conflict(self, call: Callable[[], _T]) -> _T:
        """Call again where another transaction had an item in its hands; nothing was written then.

        Each call gets a fresh idempotency token from the SDK, whose own retries repeat the former one's.
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
        self, parameters: Mapping[str, Any], page_items: int | None, page_growth: int
    ) -> Iterator[dict[str, Any]]:
        position: dict[str, Any] = {}
        limit = page_items
        while True:
            bound: dict[str, Any] = {} if limit is None else {"Limit": limit}
            with translated():
                page = self._client.query(TableName=self._name, **parameters, **bound, **position)
            yield from map(plain_item, page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            position = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
            limit = None if limit is None else limit * page_growth

    def _get_batch(self, keys: Sequence[Key]) -> Iterator[dict[str, Any]]:
        pending: Any = {self._name: {"Keys": [item(key._asdict()) for key in keys], "ConsistentRead": True}}
        for attempt in range(_ATTEMPTS):
            with translated():
                answer = self._client.batch_get_item(RequestItems=pending)
            found: list[Item] = answer["Responses"].get(self._name, [])
            yield from map(plain_item, found)
            pending = answer.get("UnprocessedKeys")
            if not pending:
                return
            self._pause(attempt)
        raise StoreUnavailable("Some of the keys were left unread")

    def _pause(self, attempt: int) -> None:
        self._sleep(_FIRST_PAUSE_S * 2**attempt * self._jitter())
