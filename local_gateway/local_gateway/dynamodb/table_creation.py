"""Creates a template's tables at a DynamoDB endpoint, without an SDK.

It uses the standard library's client: moto repeats the Server header, which aiohttp rejects.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from local_gateway.errors import StartError
from local_gateway.template.tables import Table

__all__ = ["create_tables"]

_RETRY_BUDGET_S = 20.0
_REQUEST_TIMEOUT_S = 10.0


def create_tables(endpoint: str, tables: Iterable[Table], region: str) -> None:
    """Create the missing tables, with their time to live. This call blocks.

    Raises:
        StartError: the endpoint rejects a table, or does not respond within 20 s.

    """
    for table in tables:
        error = _request(endpoint, region, "CreateTable", table.create)
        if error not in {None, "ResourceInUseException"}:
            raise StartError(f"table {table.name}", str(error))
        if table.ttl_attribute is not None and error is None:
            specification = {"AttributeName": table.ttl_attribute, "Enabled": True}
            body = {"TableName": table.name, "TimeToLiveSpecification": specification}
            _request(endpoint, region, "UpdateTimeToLive", body)


def _request(endpoint: str, region: str, operation: str, body: Mapping[str, Any]) -> str | None:
    """Send one request; return None after success, else the error's name."""
    headers = {
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
        # Emulators read the region from the credential and do not verify the signature.
        "Authorization": f"AWS4-HMAC-SHA256 Credential=local/20240101/{region}/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=local",
        "X-Amz-Date": "20240101T000000Z",
    }
    request = urllib.request.Request(endpoint, json.dumps(body).encode(), headers)  # noqa: S310 - the operator's own
    deadline = time.monotonic() + _RETRY_BUDGET_S
    while True:
        try:
            with urllib.request.urlopen(request, timeout=_REQUEST_TIMEOUT_S):  # noqa: S310 - the same
                return None
        except urllib.error.HTTPError as problem:
            with problem:
                return _error_name(problem.read())
        except OSError as problem:
            if time.monotonic() > deadline:
                raise StartError(f"DynamoDB at {endpoint}", str(problem)) from problem
            time.sleep(0.05)


def _error_name(body: bytes) -> str:
    try:
        return str(json.loads(body)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace")
