"""The stack that is verified: its address, one user's token, and the operator's access to its table."""

import os
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import jwt
from rich.console import Console

from demo.stack.demo_user import DemoUser
from demo.stack.registry import find_stack
from demo.stack.running_stack import running_stack
from local_gateway import Gateway
from tests.e2e.invariants import Frame
from tests.verification.assets import Assets, new_assets
from tests.waiting import eventually
from threadcast.adapters.jwt.claims import user_id_of
from threadcast.cli.table.stack_places import stack_with_address
from threadcast.cli.table.stores import Stores
from threadcast.cli.table.table_access import open_stores
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message, Outcome, Sender
from threadcast.ports import Opening, PersonalData, Quota
from threadcast_client import Connection

__all__ = ["Target", "verified_stack"]

_LOCAL_HOSTS = {"127.0.0.1", "localhost"}


@dataclass
class Target:
    """A stack under verification.

    Everything that the tests create is recorded here: `clean_up` erases it.
    """

    url: str
    token: str = field(repr=False)
    stores: Stores
    connections: list[Connection] = field(default_factory=list)
    first_frames_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Record what the user had before, and store assets that only this run uses."""
        self.run_id = uuid4().hex[:12]
        self.had_quota = self._quota_exists()
        self.assets: Assets = new_assets(self.stores.assets, self.user_id)
        self.foreign_chat = self._add_foreign_chat()
        self._requests = 0

    @cached_property
    def user_id(self) -> str:
        """The id of the token's user, as the authorizer derives it."""
        claims = jwt.decode(self.token, options={"verify_signature": False})
        return user_id_of(claims["iss"], claims["sub"])

    def connect(self, token: str | None = None) -> Connection:
        """Return a connection of the user that is not open yet."""
        connection = Connection(self.url, self.token if token is None else token, timeout_s=90)
        self.connections.append(connection)
        return connection

    def request_id(self) -> str:
        """Return a request id that is unique among all runs."""
        self._requests += 1
        return f"verify-{self.run_id}-{self._requests}"

    def clean_up(self) -> list[str]:
        """Erase what the tests have created, check that it is gone, and return the lines of the report."""
        chat_ids = sorted({id_ for id_ in map(_chat_id, self._frames()) if id_ is not None})
        prefix = f"{self.user_id}:request:verify-{self.run_id}"
        created = PersonalData(
            self.user_id,
            has_quota=not self.had_quota,
            chats=tuple(self._stored(chat_ids)),
            assets=self.assets.all,
            requests=tuple(f"{prefix}-{number}" for number in range(1, self._requests + 1)),
        )
        for data in (created, self._foreign_data()):
            self.stores.personal_data.erase(data)
        left = [chat.id for chat in self._stored([*chat_ids, self.foreign_chat.id])]
        left += [asset.id for asset in self.assets.all if self.stores.assets.grants(asset.id)]
        return [
            f"Stack: {self.url}",
            f"User: {self.user_id}",
            f"First frame of a prompt: {_spread(self.first_frames_s)}",
            f"Erased: {len(created.chats)} chats, {len(created.assets)} assets",
            f"Left behind: {', '.join(left) or 'nothing'}",
        ]

    def _stored(self, chat_ids: Iterable[str]) -> Iterator[Chat]:
        found = (self.stores.chats.load(id_, (), max_bytes=1) for id_ in chat_ids)
        return (stored.chat for stored in found if stored is not None)

    def _foreign_data(self) -> PersonalData:
        owner_id = self.foreign_chat.owner.id
        requests = (f"{owner_id}:request:verify-{self.run_id}",)
        return PersonalData(owner_id, has_quota=True, chats=(self.foreign_chat,), requests=requests)

    def _frames(self) -> Iterator[Frame]:
        for connection in self.connections:
            yield from connection.frames

    def _quota_exists(self) -> bool:
        return self.stores.connections.presence(self.user_id).quota is not None

    def _add_foreign_chat(self) -> Chat:
        """Store a finished chat of a user who does not exist."""
        owner, now = Sender(str(uuid4()), "Somebody else"), datetime.now(UTC)
        chat = Chat.start(str(uuid4()), "Somebody else's chat", owner, now, None)
        message = Message(str(uuid4()), chat.id, 1, "Hello?", owner, now, now)
        message = replace(message, outcome=Outcome("completed"), outcome_sent=True)
        key = f"{owner.id}:request:verify-{self.run_id}"
        self.stores.turns.open(Opening(chat, message, Quota(1.0, now, version=1), owner.id, key))
        return chat


@contextmanager
def verified_stack(url: str, token: str, stack: str | None) -> Iterator[Target]:
    """Yield the stack at this address; without an address, one that runs on this machine for this run."""
    if url:
        yield Target(url, token, _stores(url, stack))
        return
    with running_stack(Console(quiet=True), {}) as started:
        found = find_stack(urlsplit(started.gateway.websocket_url).port)
        assert found.signer is not None
        token = found.signer.sign(DemoUser(str(uuid4()), "Vera"))
        before = _items(started.gateway)
        yield Target(found.websocket_url, token, _stores(found.websocket_url, None))
        eventually(lambda: _items(started.gateway) == before)


def _stores(url: str, stack: str | None) -> Stores:
    """Open the table behind an address: of the stack on this machine, or of the stack with this output."""
    address = urlsplit(url)
    host = address.hostname or ""
    options = Namespace(stack=None, port=None, table=None, endpoint=None, region=None)
    if host in _LOCAL_HOSTS:
        options.port = address.port
    else:
        options.region = host.split(".")[2] if ".execute-api." in host else None
        cloudformation = boto3.client("cloudformation", region_name=options.region)
        options.stack = stack or stack_with_address(url, cloudformation)
    return open_stores(options, os.environ)


def _items(gateway: Gateway) -> dict[tuple[str, str], Any]:
    """Return every item of the table on this machine."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=gateway.dynamodb_url,
        region_name=gateway.client_environment["AWS_REGION"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    pages = client.get_paginator("scan").paginate(TableName=gateway.table_name("Table"))
    found = {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}
    client.close()
    return found


def _chat_id(frame: Frame) -> str | None:
    payload = frame.get("payload") or {}
    return payload.get("id") if frame["event"] in {"initializeChat", "complete", "getChat"} else None


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "not measured"
    ordered = sorted(seconds)
    return f"{ordered[len(ordered) // 2]:.2f} s at the median, {ordered[-1]:.2f} s at most"
