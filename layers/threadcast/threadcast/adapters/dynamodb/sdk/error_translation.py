"""Translates the errors of DynamoDB and its SDK to `StoreError`s."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as CannotConnect

from threadcast.adapters.dynamodb.sdk.attribute_values import Item
from threadcast.errors import ClaimLost, StoreError, StoreUnavailable

__all__ = ["PERMANENT_CODES", "TRANSIENT_CODES", "ConditionFailed", "WriteConflict", "fenced", "translated"]

TRANSIENT_CODES = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
"""Error codes after which the same call may succeed later."""

PERMANENT_CODES = frozenset(
    {
        "IdempotentParameterMismatchException",
        "ItemCollectionSizeLimitExceededException",
        "ResourceNotFoundException",
    }
)
"""Error codes that report a defect or a wrong configuration, as any code in neither list does."""

_TRANSIENT_REASONS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})

_SERVER_ERROR = 500


class ConditionFailed(StoreError):
    """Nothing was written, because conditions failed.

    `failed` maps the position in the transaction of each write whose condition failed (0 for a single write)
    to the stored item, empty if there is none.
    """

    def __init__(self, failed: Mapping[int, Item]) -> None:
        super().__init__(sorted(failed))
        self.failed = failed


class WriteConflict(StoreUnavailable):
    """Nothing was written, because a concurrent transaction was writing one of the items."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise the SDK's errors as `StoreError`s."""
    try:
        yield
    except ClientError as error:
        raise _of_response(error.response) from error
    except (HTTPClientError, CannotConnect) as error:  # time-outs, resets; BotoCoreErrors too
        raise StoreUnavailable(type(error).__name__) from error
    except BotoCoreError as error:  # no credentials, invalid parameters: a retry cannot succeed
        raise StoreError(type(error).__name__) from error


@contextmanager
def fenced(message_id: str) -> Iterator[None]:
    """Raise `ConditionFailed` as `ClaimLost`: the turn belongs to another runner or has ended."""
    try:
        yield
    except ConditionFailed as error:
        raise ClaimLost(message_id) from error


def _of_response(response: Any) -> StoreError:
    code = response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return ConditionFailed({0: response.get("Item", {})})
    if code == "TransactionCanceledException":
        return _of_cancellation(response.get("CancellationReasons", ()))
    if code == "TransactionConflictException":
        return WriteConflict(code)
    is_server_error = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER_ERROR
    return StoreUnavailable(code) if code in TRANSIENT_CODES or is_server_error else StoreError(code)


def _of_cancellation(reasons: Sequence[Mapping[str, Any]]) -> StoreError:
    """Return one error for all cancellation reasons; a failed condition outweighs any other reason."""
    codes = [reason.get("Code", "None") for reason in reasons]
    failed = {at: reasons[at].get("Item", {}) for at in _positions(codes, "ConditionalCheckFailed")}
    if failed:
        return ConditionFailed(failed)
    if _positions(codes, "TransactionConflict"):
        return WriteConflict("TransactionConflict")
    found = sorted(set(codes) - {"None"})
    kind = StoreUnavailable if _TRANSIENT_REASONS.issuperset(found) else StoreError
    return kind(", ".join(found))


def _positions(
    codes: Sequence[str], wanted: Literal["ConditionalCheckFailed", "TransactionConflict"]
) -> list[int]:
    return [at for at, code in enumerate(codes) if code == wanted]
