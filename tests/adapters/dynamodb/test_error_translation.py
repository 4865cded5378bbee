"""Every error of the SDK is translated, the most specific first."""

from typing import Any

import botocore.session
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from threadcast.adapters.dynamodb.sdk.error_translation import (
    PERMANENT_CODES,
    TRANSIENT_CODES,
    ConditionFailed,
    WriteConflict,
    fenced,
    translated,
)
from threadcast.errors import ClaimLost, StoreError, StoreUnavailable

USED_OPERATIONS = (
    "BatchGetItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "TransactWriteItems",
    "UpdateItem",
)
SPECIAL_CODES = {
    "ConditionalCheckFailedException": ConditionFailed,
    "TransactionCanceledException": StoreUnavailable,  # unless its reasons say more, see below
    "TransactionConflictException": WriteConflict,
}


def answer(code: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "table arn:… is busy"}, **more}, "UpdateItem")


def cancellation(*codes: str | None) -> ClientError:
    reasons = [{"Code": code or "None"} for code in codes]
    return answer("TransactionCanceledException", CancellationReasons=reasons)


def translation(error: Exception) -> StoreError:
    with pytest.raises(StoreError) as caught, translated():
        raise error
    assert caught.value.__cause__ is error
    return caught.value


def test_every_error_of_the_used_operations_is_classified() -> None:
    service = botocore.session.get_session().get_service_model("dynamodb")
    declared = {
        shape.name for name in USED_OPERATIONS for shape in service.operation_model(name).error_shapes
    }

    assert declared - TRANSIENT_CODES - PERMANENT_CODES - SPECIAL_CODES.keys() == set()


@pytest.mark.parametrize("code", sorted(TRANSIENT_CODES))
def test_transient_codes_are_store_unavailable(code: str) -> None:
    assert type(translation(answer(code))) is StoreUnavailable


@pytest.mark.parametrize("code", [*sorted(PERMANENT_CODES), "ValidationException", "AccessDeniedException"])
def test_permanent_codes_are_store_errors(code: str) -> None:
    assert type(translation(answer(code))) is StoreError


@pytest.mark.parametrize(("code", "kind"), SPECIAL_CODES.items())
def test_a_failed_write_has_its_own_error(code: str, kind: type[StoreError]) -> None:
    assert type(translation(answer(code))) is kind


def test_an_unknown_server_error_is_store_unavailable() -> None:
    error = answer("Mystery", ResponseMetadata={"HTTPStatusCode": 502})

    assert type(translation(error)) is StoreUnavailable


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://db.test"),
        ConnectTimeoutError(endpoint_url="https://db.test"),
        ConnectionClosedError(endpoint_url="https://db.test"),
        EndpointConnectionError(endpoint_url="https://db.test"),
    ],
)
def test_an_unreachable_service_is_store_unavailable(error: Exception) -> None:
    assert type(translation(error)) is StoreUnavailable


def test_missing_credentials_are_a_store_error() -> None:
    assert type(translation(NoCredentialsError())) is StoreError


def test_translated_errors_do_not_contain_the_services_text() -> None:
    assert "arn" not in str(translation(answer("ThrottlingException")))


def test_a_failed_condition_outweighs_all_other_reasons() -> None:
    error = translation(
        cancellation("TransactionConflict", None, "ConditionalCheckFailed", "ThrottlingError")
    )

    assert isinstance(error, ConditionFailed)
    assert error.failed == {2: {}}


def test_a_conflict_outweighs_throttling() -> None:
    assert isinstance(translation(cancellation("ThrottlingError", "TransactionConflict")), WriteConflict)


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_throttled_transaction_is_store_unavailable(reason: str) -> None:
    assert type(translation(cancellation(None, reason))) is StoreUnavailable


def test_a_permanently_cancelled_transaction_is_a_store_error() -> None:
    assert type(translation(cancellation("ValidationError", "ThrottlingError"))) is StoreError


def test_other_errors_pass_unchanged() -> None:
    with pytest.raises(ClaimLost), translated(), fenced("m-1"):
        raise ConditionFailed({0: {}})
