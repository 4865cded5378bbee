"""Replaces or precedes calls of a store to its table."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["CONFLICT", "answering", "before"]

CONFLICT = {
    "Error": {"Code": "TransactionCanceledException", "Message": "conflict"},
    "CancellationReasons": [{"Code": "TransactionConflict"}],
}


@contextmanager
def answering(
    client: "DynamoDBClient", operation: str, *answers: Mapping[str, Any]
) -> Iterator[list[Mapping[str, Any]]]:
    """Answer the next calls of an operation with these responses, then by the table; yield the calls."""
    left, calls = list(answers), list[Mapping[str, Any]]()

    def answer(params: Mapping[str, Any], **_: Any) -> tuple[Any, Mapping[str, Any]] | None:
        calls.append(params)
        if not left:
            return None
        given = left.pop(0)
        return SimpleNamespace(status_code=400 if "Error" in given else 200, headers={}), given

    client.meta.events.register_first(f"before-call.dynamodb.{operation}", answer)
    try:
        yield calls
    finally:
        client.meta.events.unregister(f"before-call.dynamodb.{operation}", answer)


@contextmanager
def before(client: "DynamoDBClient", operation: str, act: Callable[[], object]) -> Iterator[None]:
    """Execute `act` once, before the next call of an operation."""
    pending = [act]

    def interfere(**_: Any) -> None:
        if pending:
            pending.pop()()

    client.meta.events.register(f"provide-client-params.dynamodb.{operation}", interfere)
    try:
        yield
    finally:
        client.meta.events.unregister(f"provide-client-params.dynamodb.{operation}", interfere)
