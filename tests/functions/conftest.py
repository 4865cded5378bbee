"""The functions' handlers in this process, with settings, a table in moto and an emulated `@connections`."""

import contextlib
import importlib.util
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.functions.granted_requests import FUNCTION_ROLES, granted
from tests.http_server import Answer, HttpServer, http_server
from tests.tables import create_table
from threadcast.adapters.dynamodb import DynamoAssetLibrary, DynamoTable
from threadcast.adapters.system_clock import SystemClock
from threadcast.assets.loading.files import read_folder
from threadcast.bootstrap import application

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
ADA = "ada10000-0000-4000-8000-000000000001"
SECRET = "for-sample-events-only-0123456789abcdef"


@dataclass(frozen=True)
class Context:
    """Lambda's context, with the attributes that the functions read."""

    aws_request_id: str = "request-1"
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:function"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@dataclass
class Deployment:
    """Invokes the functions, and reads the posted frames and the stored items.

    What a function asks of DynamoDB must be allowed by its policies in the template.
    """

    connections: HttpServer
    client: Any
    table: str
    monkeypatch: pytest.MonkeyPatch

    def invoke(self, function: str, event: str, change: Callable[[Any], None] = lambda _: None) -> Any:
        """Call a function's handler with a sample event, after `change` has modified it."""
        payload = json.loads((EVENTS / f"{event}.json").read_text())
        change(payload)
        return self.call(function, payload)

    def call(self, function: str, event: Any, **parameters: str) -> Any:
        """Call a function's handler with an event; `parameters` are those of the template, for its role."""
        spec = importlib.util.spec_from_file_location(function, ROOT / "functions" / function / "app.py")
        assert spec is not None
        assert spec.loader is not None
        app = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(app)
        with granted(FUNCTION_ROLES[function], self.monkeypatch, **parameters):
            return app.handler(event, Context())

    def frames(self) -> list[dict[str, Any]]:
        """Return every posted frame, in order."""
        return [json.loads(request.body) for request in self.connections.requests]

    def items(self) -> list[dict[str, Any]]:
        """Return every item of the table."""
        items: list[dict[str, Any]] = self.client.scan(TableName=self.table)["Items"]
        return items


@dataclass(frozen=True)
class Tables:
    """Two tables in moto: one with the sample assets, owned by Ada, and one that is empty."""

    client: Any
    with_samples: str
    empty: str


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    """Module-scoped, because loading the samples takes longer than most tests."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "testing")
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            environment.setenv(name, "eu-central-1")
        client = boto3.client("dynamodb")
        found = Tables(client, create_table(client), create_table(client))
        library = DynamoAssetLibrary(DynamoTable(client, found.with_samples))
        for file in read_folder(ROOT / "samples", ADA, SystemClock().now()).files:
            library.save(file.asset, file.table)
        yield found


@pytest.fixture
def table(request: pytest.FixtureRequest, tables: Tables) -> Iterator[str]:
    """The table of one test; its items are deleted after the test."""
    if "samples" not in request.fixturenames:
        yield tables.empty
        with contextlib.suppress(tables.client.exceptions.ResourceNotFoundException):
            tables.client.delete_table(TableName=tables.empty)
        create_table(tables.client, tables.empty)
        return
    yield tables.with_samples
    keys = tables.client.scan(TableName=tables.with_samples, ProjectionExpression="pk, sk")["Items"]
    for key in keys:
        if not key["pk"]["S"].startswith("ASSET#"):
            tables.client.delete_item(TableName=tables.with_samples, Key=key)


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch, tables: Tables, table: str) -> Iterator[Deployment]:
    with http_server(lambda _: Answer()) as connections:
        settings = {
            "TABLE_NAME": table,
            "TOKEN_SECRET": SECRET,
            "TOKEN_ISSUER": "threadcast",
            "TOKEN_AUDIENCE": "threadcast",
            "TURN_STARTER": "inline",
            "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": connections.url,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        application.cache_clear()
        yield Deployment(connections, tables.client, table, monkeypatch)
        application.cache_clear()


@pytest.fixture
def samples() -> None:
    """The sample assets, owned by Ada; `table` checks whether a test uses this fixture."""
