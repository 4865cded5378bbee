"""Emulators of the services that a function calls: DynamoDB with the samples loaded, and `@connections`."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from demo.errors import DemoError
from demo.invoke.connections_api import ConnectionsApi, Frame, connections_api
from demo.invoke.requirements import Requirements
from demo.invoke.runners.container import HOST_FROM_CONTAINER
from demo.invoke.runners.docker_engine import LOOPBACK
from demo.invoke.seeding import store_requirements
from demo.invoke.table_changes import Change, Items, compare_items, delete_items, read_items
from demo.stack.demo_user import DEMO_USER, ORGANIZATION_ID
from demo.stack.running_stack import SAMPLES
from demo.stack.token_secret import SECRET_FROM_ENVIRONMENT
from local_gateway.dynamodb.emulator import DynamoDBEmulator
from local_gateway.dynamodb.table_creation import create_tables
from local_gateway.template.stack import Stack, read_stack
from local_gateway.template.tables import Table
from threadcast.adapters.dynamodb import DynamoAssetLibrary, DynamoTable
from threadcast.adapters.system_clock import SystemClock
from threadcast.assets.loading.files import read_folder
from threadcast.domain.access import Grant, Principal, Role

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = [
    "ENVIRONMENT_FILE",
    "Effects",
    "Emulators",
    "declared_variables",
    "read_sample_stack",
    "running_emulators",
]

ENVIRONMENT_FILE: Final = Path(__file__).parent / "environment.json"
"""The functions' variables in `sam local invoke`; samconfig.toml refers to it."""

_REGION: Final = "us-east-1"
_DYNAMODB: Final = "AWS_ENDPOINT_URL_DYNAMODB"
_CONNECTIONS: Final = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"


@dataclass(frozen=True, slots=True)
class Effects:
    """The effects of an event: the frames of each connection, in order, and the changes to the table."""

    frames: Mapping[str, list[Frame]]
    changes: list[Change]


def declared_variables() -> dict[str, str]:
    """Return the variables of the environment file."""
    variables: dict[str, str] = json.loads(ENVIRONMENT_FILE.read_text())["Parameters"]
    return variables


def read_sample_stack(template: Path) -> Stack:
    """Read a template with samconfig.toml's parameters."""
    return read_stack(template, {**SECRET_FROM_ENVIRONMENT, "RunTurnsInline": "true"})


class Emulators:
    """An emulated table and `@connections` endpoint, both on the interface `host`."""

    def __init__(self, host: str, dynamodb_port: int, api: ConnectionsApi) -> None:
        self._host = host
        self._client = _client(f"http://{host}:{dynamodb_port}")
        self._dynamodb_port = dynamodb_port
        self._api = api
        self._table = declared_variables()["TABLE_NAME"]
        self._before: Items = {}
        self._connections: dict[str, list[Frame]] = {}

    def environment(self, host_name: str | None = None) -> dict[str, str]:
        """Return the environment file's variables, with `host_name` as this machine's name in addresses."""
        name = host_name or self._host
        return {
            **declared_variables(),
            _DYNAMODB: f"http://{name}:{self._dynamodb_port}",
            _CONNECTIONS: f"http://{name}:{self._api.port}",
        }

    def load_samples(self) -> None:
        """Store the sample assets, owned by Ada; members of her organisation may view them."""
        library = DynamoAssetLibrary(DynamoTable(self._client, self._table))
        members = Grant(Principal("org", ORGANIZATION_ID), Role.CAN_VIEW)
        for file in read_folder(SAMPLES, DEMO_USER.id, SystemClock().now()).files:
            library.save(file.asset, file.table)
            library.grant(file.asset.id, members)

    def prepare(self, *required: Requirements) -> None:
        """Delete all items but the assets, store what is required, and clear recorded posts."""
        delete_items(self._client, self._table, read_items(self._client, self._table))
        store_requirements(required, DynamoTable(self._client, self._table))
        self._before = read_items(self._client, self._table)
        self._connections = {name: [] for each in required for name in each.connections}
        self._api.take()

    def effects(self) -> Effects:
        """Return the effects since `prepare`; the event's own connection comes first."""
        after = read_items(self._client, self._table)
        return Effects({**self._connections, **self._api.take()}, compare_items(self._before, after))


def _ignore(_connection_id: str, _frame: Frame) -> None:
    return


@contextmanager
def running_emulators(
    stack: Stack,
    *,
    host: str = LOOPBACK,
    fixed_ports: bool = False,
    on_frame: Callable[[str, Frame], None] = _ignore,
) -> Iterator[Emulators]:
    """Start the table of a template and a `@connections` endpoint, with the samples loaded.

    They listen on the interface `host`, on the environment file's ports if `fixed_ports`, else on free ones.
    `on_frame` is called for each frame, on another thread. Raises `DemoError` if a port is taken.
    """
    dynamodb, connections = (_port_of(name) if fixed_ports else 0 for name in (_DYNAMODB, _CONNECTIONS))
    names = (HOST_FROM_CONTAINER,)
    emulator = DynamoDBEmulator(host, dynamodb, names)
    with ExitStack() as closing:
        closing.callback(emulator.close)
        emulator.start()
        try:
            api = closing.enter_context(connections_api(host, connections, on_frame, names))
        except OSError as problem:
            raise DemoError(f"Port {connections} is taken: {problem.strerror}.") from problem
        port = urlsplit(asyncio.run(emulator.endpoint())).port or 0
        create_tables(f"http://{host}:{port}", [_table(stack)], _REGION)
        emulators = Emulators(host, port, api)
        emulators.load_samples()
        yield emulators


def _table(stack: Stack) -> Table:
    """Return the template's table under the name that the environment file gives to the functions."""
    name = declared_variables()["TABLE_NAME"]
    table = stack.tables["Table"]
    return replace(table, name=name, create={**table.create, "TableName": name})


def _port_of(variable: str) -> int:
    return urlsplit(declared_variables()[variable]).port or 0


def _client(endpoint: str) -> "DynamoDBClient":
    session = boto3.Session("local", "local", region_name=_REGION)
    return session.client("dynamodb", endpoint_url=endpoint, config=Config(proxies={}))
