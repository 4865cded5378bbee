"""Runs an event on the stack of `make start`: its Lambda endpoint, WebSockets and table."""

import json
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from demo.errors import DemoError
from demo.invoke.connections_api import Frame
from demo.invoke.emulators import Effects
from demo.invoke.outcome import Outcome
from demo.invoke.requirements import Requirements, requirements_of
from demo.invoke.sample_event import SampleEvent
from demo.invoke.seeding import store_requirements
from demo.invoke.table_changes import Items, compare_items, delete_items, read_items
from demo.stack.demo_user import DEMO_USER
from demo.stack.registry import RegisteredStack, Services
from threadcast.adapters.dynamodb import DynamoTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["invoke_on_registered_stack"]

_SILENCE_S: Final = 2.0
"""A turn that posts no frame for so long counts as ended."""

_TIMEOUT_S: Final = 60.0


def invoke_on_registered_stack(event: SampleEvent, stack: RegisteredStack) -> tuple[Outcome, Effects]:
    """Run an event with a WebSocket for each connection that it names.

    The chat that the event refers to is replaced. Frames are collected until none has arrived for 2 s. Raises
    `DemoError` if the stack's services are not registered, or an identity provider signs its tokens.
    """
    if stack.services is None or stack.signer is None:
        raise DemoError(f"{stack.websocket_url} was not started by `make start` with tokens of its own.")
    table = _client("dynamodb", stack.services.dynamodb_url)
    required = requirements_of(event.payload)
    url = f"{stack.websocket_url}?authentication={stack.signer.sign(DEMO_USER)}"
    with _open_sockets(url, required.connections, table, stack.services.table) as sockets:
        payload = _with_ids(event.payload, {name: socket.connection_id for name, socket in sockets.items()})
        _store_chat(required, table, stack.services.table)
        before = read_items(table, stack.services.table)
        outcome = _invoke(event.function, payload, stack.services)
        frames = _collect_frames(sockets)
        after = read_items(table, stack.services.table)
    return outcome, Effects(frames, compare_items(before, after))


class _Socket:
    """An open WebSocket and the frames that it receives."""

    def __init__(self, opened: ClientConnection, connection_id: str) -> None:
        self.connection_id = connection_id
        self.frames: queue.Queue[Frame] = queue.Queue()
        threading.Thread(target=self._receive, args=(opened,), daemon=True).start()

    def _receive(self, opened: ClientConnection) -> None:
        try:
            for message in opened:
                self.frames.put(json.loads(message))
        except ConnectionClosed:
            return


@contextmanager
def _open_sockets(
    url: str, names: tuple[str, ...], client: "DynamoDBClient", table: str
) -> Iterator[dict[str, _Socket]]:
    """Open a WebSocket for each name; its connection id is that of the item that it adds."""
    sockets: dict[str, _Socket] = {}
    with ExitStack() as closing:
        for name in names:
            before = read_items(client, table)
            opened = closing.enter_context(connect(url))
            sockets[name] = _Socket(opened, _added_connection(before, read_items(client, table)))
        yield sockets


def _added_connection(before: Items, after: Items) -> str:
    for change in compare_items(before, after):
        if change.kind == "put" and change.key[1].startswith("CONN#"):
            return change.key[1].removeprefix("CONN#")
    raise DemoError("The stack stored no item for a new connection.")


def _store_chat(required: Requirements, client: "DynamoDBClient", table: str) -> None:
    """Store the chat that an event refers to, and delete what an earlier run stored of it."""
    if required.chat is None:
        return
    partitions = {f"CHAT#{required.chat.chat_id}", f"REQUEST#sample:{required.chat.chat_id}"}
    delete_items(client, table, [key for key in read_items(client, table) if key[0] in partitions])
    store_requirements([Requirements(required.user, (), required.chat)], DynamoTable(client, table))


def _with_ids(payload: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    text = json.dumps(payload)
    for name, connection_id in ids.items():
        text = text.replace(json.dumps(name), json.dumps(connection_id))
    replaced: dict[str, Any] = json.loads(text)
    return replaced


def _invoke(function: str, payload: Mapping[str, Any], services: Services) -> Outcome:
    client = _client("lambda", services.lambda_url)
    answer = client.invoke(FunctionName=services.functions[function], Payload=json.dumps(payload).encode())
    result = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        return Outcome(None, result, "")
    return Outcome(result, None, "")


def _collect_frames(sockets: Mapping[str, _Socket]) -> dict[str, list[Frame]]:
    """Collect frames until none has arrived for `_SILENCE_S`."""
    frames: dict[str, list[Frame]] = {socket.connection_id: [] for socket in sockets.values()}
    deadline_s = time.monotonic() + _TIMEOUT_S
    last_s = time.monotonic()
    while time.monotonic() < min(last_s + _SILENCE_S, deadline_s):
        for socket in sockets.values():
            while not socket.frames.empty():
                frames[socket.connection_id].append(socket.frames.get())
                last_s = time.monotonic()
        time.sleep(0.05)
    return frames


def _client(service: str, endpoint: str) -> Any:
    session: Any = boto3.Session("local", "local", region_name="us-east-1")
    return session.client(service, endpoint_url=endpoint, config=Config(proxies={}, read_timeout=_TIMEOUT_S))
