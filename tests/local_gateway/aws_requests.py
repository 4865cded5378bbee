"""boto3 clients of a gateway under test, and requests without an SDK."""

import urllib.error
import urllib.request
from typing import Any

import boto3
from botocore.config import Config

from local_gateway import Gateway

__all__ = ["bare_request", "lambda_client", "management"]

_CREDENTIALS = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
_NO_RETRIES = Config(retries={"total_max_attempts": 1}, read_timeout=30)


def management(gateway: Gateway, *, with_stage: bool = True) -> Any:
    url = gateway.management_url if with_stage else gateway.management_url.rpartition("/")[0]
    return boto3.client("apigatewaymanagementapi", endpoint_url=url, config=_NO_RETRIES, **_CREDENTIALS)


def lambda_client(gateway: Gateway) -> Any:
    return boto3.client("lambda", endpoint_url=gateway.lambda_url, config=_NO_RETRIES, **_CREDENTIALS)


def bare_request(
    method: str, url: str, data: bytes = b"x", *, signed: bool = True
) -> tuple[int, str | None, bytes]:
    """Return the status, error type and body of a request without an SDK."""
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=x"} if signed else {}
    request = urllib.request.Request(url, data if method == "POST" else None, headers, method=method)  # noqa: S310 - the gateway's own
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
            return answer.status, None, answer.read()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.headers.get("x-amzn-ErrorType"), problem.read()
