"""What DynamoDB and its SDK can answer, in our own words."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as CannotConnect

from threadcast.adapters.dynamodb.attribute_values import Item
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
"""Error codes after which the same call may succeed a little later."""

PERMANENT_CODES = frozenset(
    {
        "IdempotentParameterMismatchException",
        "ItemCollectionSizeLimitExceededException",
        "ResourceNotFoundException",
    }
)
"""Error codes that tell of a mistake of ours or the operator's. So does any that stands in no list."""

_TRANSIENT_REASONS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})

_SERVER_ERROR = 500


class ConditionFailed(StoreError):
    """Nothing was written, since conditions did not hold.

    `failed` maps the position of each such write in its transaction (0 for a write of its own) to the item
    that stood in the way, empty if there is none.
    """

    def __init__(self, failed: Mapping[int, Item]) -> None:
        super().__init__(sorted(failed))
        self.failed = failed


class WriteConflict(StoreUnavailable):
    """Nothing was written, since another transaction was writing one of the items at that moment."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise the SDK's errors as ours."""
    try:
        yield
    except ClientError as error:
        raise _of_response(error.response) from error
    except (HTTPClientError, CannotConnect) as error:  # time-outs, resets; BotoCoreErrors too
        raise StoreUnavailable(type(error).__name__) from error
    except BotoCoreError as error:  # no credentials, parameters that make no sense: trying again won't help
        raise StoreError(type(error).__name__) from error


@contextmanager
def fenced(message_id: str) -> Iterator[None]:
    """Raise a failed condition as the loss of the claim on a turn."""
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
    failed_there = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER_ERROR
    return StoreUnavailable(code) if code in TRANSIENT_CODES or failed_there else StoreError(code)


def _of_cancellation(reasons: Sequence[Mapping[str, Any]]) -> StoreError:
    """One error for many reasons: a failed condition decides, whatever else came together with it."""
    codes = [reason.get("Code", "None") for reason in reasons]
    failed = {at: reasons[at].get("Item", {}) for at in _positions(codes, "ConditionalCheckFailed")}
    if failed:
        return ConditionFailed(failed)
    if _positions(codes, "TransactionConflict"):
        return WriteConflict("TransactionConflict")
    refusals = sorted(set(codes) - {"None"})
    kind = StoreUnavailable if _TRANSIENT_REASONS.issuperset(refusals) else StoreError
    return kind(", ".join(refusals))


def _positions(
    codes: Sequence[str], wanted: Literal["ConditionalCheckFailed", "TransactionConflict"]
) -> list[int]:
    return [at for at, code in enumerate(codes) if code == wanted]
