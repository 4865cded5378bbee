"""What a request to DynamoDB needs: actions on a resource, with the partition keys that it names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Access", "accesses_of"]

_ACTIONS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}


@dataclass(frozen=True, slots=True)
class Access:
    """One permission that a request needs: an action on a resource, with the partition keys that it names."""

    action: str
    resource: str
    leading_keys: tuple[str, ...] = ()


def accesses_of(operation: str, request: Mapping[str, Any], table_arn: str) -> Iterator[Access]:
    """Yield what a request to DynamoDB needs; a transaction needs the permission of each of its writes.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    """
    if operation == "TransactWriteItems":
        for each in request["TransactItems"]:
            ((kind, write),) = each.items()
            yield from accesses_of(_ACTIONS[kind], write, table_arn)
        return
    index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
    yield Access(f"dynamodb:{operation}", f"{table_arn}{index}", tuple(_leading_keys(operation, request)))


def _leading_keys(operation: str, request: Mapping[str, Any]) -> Iterator[str]:
    match operation:
        case "PutItem":
            yield request["Item"]["pk"]["S"]
        case "Scan":
            return
        case "Query":
            yield request["ExpressionAttributeValues"][":pk"]["S"]
        case "BatchGetItem":
            for table in request["RequestItems"].values():
                yield from (key["pk"]["S"] for key in table["Keys"])
        case _:
            yield request["Key"]["pk"]["S"]
