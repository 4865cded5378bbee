"""Requests to DynamoDB and DynamoDB Streams at an emulator, without an SDK.

They use the standard library's client: moto repeats the Server header, which aiohttp rejects.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from local_gateway.errors import StartError

__all__ = ["DynamoDBClient", "DynamoDBError"]

_RETRY_BUDGET_S = 20.0
_REQUEST_TIMEOUT_S = 10.0

_TARGETS = {
    "DescribeStream": "DynamoDBStreams_20120810",
    "GetRecords": "DynamoDBStreams_20120810",
    "GetShardIterator": "DynamoDBStreams_20120810",
}


class DynamoDBError(Exception):
    """DynamoDB rejects a request; `name` is the error's name, `body` the response's."""

    def __init__(self, name: str, body: bytes = b"{}") -> None:
        self.name = name
        self.body = body
        super().__init__(name)


class DynamoDBClient:
    """Calls an endpoint. Its methods block."""

    def __init__(self, endpoint: str, region: str) -> None:
        self._endpoint = endpoint
        self._region = region

    def call(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request; return the response's body.

        Raises:
            DynamoDBError: the endpoint rejects the request.
            StartError: the endpoint does not respond within 20 s.

        """
        headers = {
            "X-Amz-Target": f"{_TARGETS.get(operation, 'DynamoDB_20120810')}.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            # Emulators read the region from the credential and do not verify the signature.
            "Authorization": f"AWS4-HMAC-SHA256 Credential=local/20240101/{self._region}/dynamodb/"
            "aws4_request, SignedHeaders=host, Signature=local",
            "X-Amz-Date": "20240101T000000Z",
        }
        request = urllib.request.Request(self._endpoint, json.dumps(body).encode(), headers)  # noqa: S310 - the operator's own
        deadline = time.monotonic() + _RETRY_BUDGET_S
        while True:
            try:
                with urllib.request.urlopen(request, timeout=_REQUEST_TIMEOUT_S) as response:  # noqa: S310 - the same
                    parsed: dict[str, Any] = json.loads(response.read() or b"{}")
                    return parsed
            except urllib.error.HTTPError as problem:
                with problem:
                    body_of_error = problem.read()
                raise DynamoDBError(_error_name(body_of_error), body_of_error) from None
            except OSError as problem:
                if time.monotonic() > deadline:
                    raise StartError(f"DynamoDB at {self._endpoint}", str(problem)) from problem
                time.sleep(0.05)


def _error_name(body: bytes) -> str:
    try:
        return str(json.loads(body)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace")
