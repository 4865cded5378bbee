"""Counts the DynamoDB requests of every flow: real use cases and adapters, in-process DynamoDB."""

import os
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import boto3
from moto import mock_aws

from tests.e2e.local_stack import OPERATOR_ID, sample, samples
from tests.tables import create_table
from threadcast.adapters.dynamodb import DynamoAssetLibrary
from threadcast.adapters.dynamodb.sdk.request_counting import BilledUnits, RequestCounter
from threadcast.adapters.memory.inline_turn_starter import InlineTurnStarter
from threadcast.bootstrap import Application
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import AssetRef
from threadcast.domain.message import ReplyMetadata
from threadcast.domain.user import User
from threadcast.ports import Connection
from threadcast.protocol.routes import CHATS_GET, CHATS_STOP
from threadcast.settings import Settings
from threadcast.turns.commands import GetRequest, PostRequest, StopRequest
from threadcast.turns.request_context import RequestContext

__all__ = ["Used", "requests_per_flow"]

QUESTION = "What was the total net generation in 2017?"
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})


@dataclass(frozen=True)
class Used:
    """The DynamoDB requests of a flow; the offline analyst answers at once, so nothing is polled."""

    calls: Counter[str]
    reads: float
    writes: int

    @property
    def write_calls(self) -> int:
        """The number of write requests; a transaction counts once."""
        return sum(count for name, count in self.calls.items() if name in _WRITES)


class DiscardingPusher:
    """A pusher that discards frames."""

    def push(self, connection: Connection, frame: bytes) -> None:
        """Discard the frame."""


def requests_per_flow() -> dict[str, Used]:
    """Return what each flow uses, in a user's order."""
    credentials = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    os.environ.update({**credentials, "AWS_DEFAULT_REGION": "us-east-1"})
    with mock_aws():
        return _Flows().all()


class _Flows:
    def __init__(self) -> None:
        app = Application(Settings.from_mapping({"TABLE_NAME": "bench", "TURN_BURST": "100"}))
        self._client = app.table._client  # noqa: SLF001 - the counters hang on the client that is used
        self._observer = boto3.client("dynamodb")
        create_table(self._client, "bench")
        self._user = User(str(uuid.uuid4()), "Alice")
        library = DynamoAssetLibrary(app.table)
        for file in samples().values():
            library.save(replace(file.asset, owner_id=OPERATOR_ID), file.table)
            library.grant(file.asset.id, Grant(Principal("user", self._user.id), Role.CAN_VIEW))
        self._use_cases = app.turns
        self._use_cases.pusher = DiscardingPusher()
        self._use_cases.starter = lambda: InlineTurnStarter(self._use_cases.handoff_runner.run)
        self._connection = Connection("c-1=", self._user.id, "http://api", datetime.now(UTC))
        self._flows: dict[str, Used] = {}

    def all(self) -> dict[str, Used]:
        """Return every flow, each counted by itself."""
        metric, dashboard = (_ref(name) for name in ("iowa_electricity", "west_coast_weather"))
        self._count("connect", lambda: self._use_cases.connections.add(self._connection))
        self._post("asset, no prompt", PostRequest(asset=metric))
        self._post("dashboard, no prompt", PostRequest(asset=dashboard))
        self._post("asset and prompt", PostRequest(QUESTION, asset=metric))
        self._post("dashboard and prompt", PostRequest(QUESTION, asset=dashboard))
        self._post("prompt alone", PostRequest("Hello?"))
        chat_id, message_id = self._ids("prompt alone")
        self._post("follow-up", PostRequest("And now?", chat_id=chat_id))
        self._post("replace", PostRequest("Or so?", chat_id=chat_id, replace_from=message_id))
        self._post("duplicate request", PostRequest(QUESTION, asset=metric), key="asset and prompt")
        self._count(
            "get",
            lambda: self._use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat_id), self._context("get")),
        )
        stop = StopRequest(chat_id, message_id)
        self._count(
            "stop, nothing runs",
            lambda: self._use_cases.dispatcher.dispatch(CHATS_STOP, stop, self._context("stop")),
        )
        self._count(
            "disconnect", lambda: self._use_cases.connections.forget(self._user.id, self._connection.id)
        )
        return self._flows

    def _post(self, name: str, request: PostRequest, key: str | None = None) -> None:
        self._count(name, lambda: self._use_cases.post_thread.serve(request, self._context(key or name)))

    def _count(self, name: str, flow: Callable[[], object]) -> None:
        counter, units = RequestCounter(self._client), BilledUnits(self._client, self._observer)
        with counter, units:
            flow()
        self._flows[name] = Used(counter.calls, sum(units.reads.values()), sum(units.writes.values()))

    def _context(self, key: str) -> RequestContext:
        return RequestContext(self._user, self._connection, ReplyMetadata("/chats/post", key), key)

    def _ids(self, key: str) -> tuple[str, str]:
        found = self._use_cases.chats.find_request(key, datetime.now(UTC))
        if found is None:
            raise LookupError(key)
        return found.chat_id, found.message_id


def _ref(name: str) -> AssetRef:
    return sample(name).asset.ref
