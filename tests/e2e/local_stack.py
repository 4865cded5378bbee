"""A whole stack for tests: the gateway, its table and assets. Every process ends with it."""

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import jwt

from demo.stack.token_secret import SECRET_FROM_ENVIRONMENT
from local_gateway import Gateway, LambdaSettings, running_gateway
from tests.e2e.recorded_accesses import RecordedAccesses, recorded_accesses
from tests.network import NO_NETWORK_ENVIRONMENT
from threadcast.adapters.dynamodb import DynamoAssetLibrary, DynamoChatEdits, DynamoTable
from threadcast.assets.loading.files import AssetFile, read_folder
from threadcast.domain.access import Grant, Principal, Role
from threadcast_client import Connection
from threadcast_client.handshake import AuthIn

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["ISSUER", "OPERATOR_ID", "Person", "Stack", "running_stack", "sample", "samples"]

ROOT = Path(__file__).parents[2]
OPERATOR_ID = "0be5a705-0000-4000-8000-000000000001"
ISSUER = AUDIENCE = "threadcast"
_TOKEN_LIFETIME_S = 3600


@dataclass(frozen=True)
class Person:
    """A user of one stack, with tokens and connections."""

    url: str
    secret: str = field(repr=False)
    name: str = "Alice"
    id: str = field(default_factory=lambda: str(uuid4()))
    organization_id: str | None = None
    email: str | None = None

    def token(self, **claims: Any) -> str:
        """Return a token of this user; `claims` replace those of a valid one."""
        valid = {
            "sub": self.id,
            "name": self.name,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "exp": time.time() + _TOKEN_LIFETIME_S,
            **({"organization_id": self.organization_id} if self.organization_id else {}),
            **({"email": self.email, "email_verified": True} if self.email else {}),
        }
        return jwt.encode({**valid, **claims}, self.secret, algorithm="HS256")

    def connect(self, auth_in: AuthIn = "query", *, timeout_s: float = 120) -> Connection:
        """Return a connection that is not open yet."""
        return Connection(self.url, self.token(), auth_in=auth_in, timeout_s=timeout_s)

    @property
    def principal(self) -> Principal:
        """The user as a principal of grants."""
        return Principal("user", self.id)


@dataclass(frozen=True)
class Stack:
    """A running stack: its table, its logs, its processes, and what its functions ask of the table."""

    gateway: Gateway
    dynamodb: "DynamoDBClient"
    secret: str = field(repr=False)
    accesses: RecordedAccesses

    @property
    def table(self) -> DynamoTable:
        """The stack's table."""
        return DynamoTable(self.dynamodb, self.gateway.table_name("Table"))

    @property
    def library(self) -> DynamoAssetLibrary:
        """The stack's assets, for operators."""
        return DynamoAssetLibrary(self.table)

    def new_person(
        self, name: str = "Alice", *, sees: tuple[str, ...] | None = None, organization_id: str | None = None
    ) -> Person:
        """Return a new user who may view the samples of these names; None: all of them."""
        url = self.gateway.websocket_url
        person = Person(url, self.secret, name, organization_id=organization_id)
        for asset_name in samples() if sees is None else sees:
            self.library.grant(sample(asset_name).asset.id, Grant(person.principal, Role.CAN_VIEW))
        return person

    def share(self, chat_id: str, principal: Principal, role: Role) -> None:
        """Grant a role on a chat, as an operator would; no turn of it is live for others then."""
        DynamoChatEdits(self.table).grant(chat_id, Grant(principal, role), datetime.now(UTC))

    def items(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return all items by key, without connections, what is recorded after a turn's end, and charges."""
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.gateway.table_name("Table"), ConsistentRead=True
        )
        found = (item for page in pages for item in page["Items"])
        stored = {(item["pk"]["S"], item["sk"]["S"]): _lasting(item) for item in found}
        return {key: item for key, item in stored.items() if not key[1].startswith("CONN#") and item}

    def empty(self) -> None:
        """Delete every chat and quota: moto's transactions copy the whole table four times."""
        for pk, sk in self.items():
            if not pk.startswith("ASSET#"):
                key = {"pk": {"S": pk}, "sk": {"S": sk}}
                self.dynamodb.delete_item(TableName=self.gateway.table_name("Table"), Key=key)

    def invocations(self, logical_id: str) -> int:
        """Return how many times a function was invoked."""
        return sum(line.text.startswith("START ") for line in self.gateway.logs(logical_id))

    def turns_run(self, message_id: str) -> int:
        """Return how many runners logged the end of a turn, rather than that another one had claimed it."""
        lines = (line.text for line in self.gateway.logs("RunTurnFunction"))
        return sum('"turn_ended"' in line and message_id in line for line in lines)

    def logs(self) -> str:
        """Return the log lines of all functions."""
        return "\n".join(
            line.text for logical_id in self.gateway.stack.functions for line in self.gateway.logs(logical_id)
        )


def _lasting(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item without attributes that change after a turn's end; empty for a quota of charges only."""
    left_out: set[str] = set()
    if item["sk"]["S"].startswith("MSG#"):
        left_out = {"outcome_sent", "untold", "deliverer", "expires_at", "gsi1pk", "gsi1sk"}
    if item["sk"]["S"] == "RATE":
        if "version" not in item:
            return {}
        left_out = {"paid_until", "expires_at"}
    return {name: value for name, value in item.items() if name not in left_out}


@cache
def samples() -> Mapping[str, AssetFile]:
    """Return the sample assets by file name."""
    reading = read_folder(ROOT / "samples", OPERATOR_ID, datetime(2026, 1, 1, tzinfo=UTC))
    assert reading.faults == ()
    return {file.path.stem: file for file in reading.files}


def sample(name: str) -> AssetFile:
    """Return one sample asset."""
    return samples()[name]


@contextmanager
def running_stack(
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    dynamodb_endpoint: str | None = None,
) -> Iterator[Stack]:
    """Run the template with the sample assets loaded; fail if one of its processes outlives the block.

    It fails too if a function has asked more of its table than its role in the template allows.

    Many tests send as one user, so by default the quota of messages is large. Functions may take longer than
    deployed ones, because a busy machine starts them slowly.
    """
    secret = secrets.token_hex(32)
    given = {
        **SECRET_FROM_ENVIRONMENT,
        "MessagesPerMinute": "60000",
        "MessageBurst": "10000",
        **(parameters or {}),
    }
    with ExitStack() as closing:
        record = closing.enter_context(recorded_accesses())
        gateway = closing.enter_context(
            running_gateway(
                ROOT / "template.yaml",
                given,
                {**NO_NETWORK_ENVIRONMENT, "TOKEN_SECRET": secret, **(environment or {})},
                dynamodb_endpoint=dynamodb_endpoint,
                dynamodb_program=record.program,
                functions=LambdaSettings(timeout_factor=5),
                strict=False,  # posts without TLS, whose context takes each process 40 ms of CPU time
            )
        )
        dynamodb = boto3.client(
            "dynamodb",
            endpoint_url=gateway.dynamodb_url,
            region_name=gateway.client_environment["AWS_REGION"],
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        stack = Stack(gateway, dynamodb, secret, record)
        record.functions = {each.name: logical_id for logical_id, each in gateway.stack.functions.items()}
        for file in samples().values():
            stack.library.save(replace(file.asset, owner_id=OPERATOR_ID), file.table)
        yield stack
        process_ids = {pid for name in gateway.stack.functions for pid in gateway.process_ids(name)}
        dynamodb.close()
    assert [pid for pid in process_ids if _is_running(pid)] == []


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
