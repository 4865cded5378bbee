"""Checks of `@connections` and of `$disconnect`."""

from collections.abc import Callable
from typing import Any

from websockets.sync.client import ClientConnection

from local_gateway.conformance.behaviours import behaviour
from local_gateway.conformance.target import Target, closed_with

__all__: list[str] = []

_MAX_BYTES = 131_072
_UNKNOWN_ID = "L0SM9cOFvHcCIhw="


@behaviour("a post reaches the client as text", "doc", (200, "posted"))
def _post(target: Target) -> Any:
    with target.connection() as client:
        status, _ = target.manage("post_to_connection", target.own_id(client), Data=b"posted")
        return status, target.frame(client).get("text")


@behaviour("GET has the times and the client's address", "doc", ["ConnectedAt", "Identity", "LastActiveAt"])
def _get(target: Target) -> Any:
    with target.connection() as client:
        described = target.describe(target.own_id(client))
    return sorted(described.keys() - {"ResponseMetadata"})


@behaviour("DELETE closes the connection", "doc", (204, 1000))
def _delete(target: Target) -> Any:
    with target.connection() as client:
        status, _ = target.manage("delete_connection", target.own_id(client))
        return status, closed_with(client)[0]


@behaviour("a post to a closed connection: GoneException", "doc", (410, "GoneException"))
def _gone(target: Target) -> Any:
    with target.connection() as client:
        connection_id = target.own_id(client)
    return target.manage("post_to_connection", connection_id, Data=b"x")


@behaviour("a post to an unknown connection: GoneException", "doc", (410, "GoneException"))
def _unknown(target: Target) -> Any:
    return target.manage("post_to_connection", _UNKNOWN_ID, Data=b"x")


@behaviour("a post to a malformed id: 400", "seen", 400)
def _malformed(target: Target) -> Any:
    return target.manage("post_to_connection", "not-an-id", Data=b"x")[0]


@behaviour("131,072 bytes are accepted", "doc", 200)
def _largest(target: Target) -> Any:
    with target.connection() as client:
        return target.manage("post_to_connection", target.own_id(client), Data=b"x" * _MAX_BYTES)[0]


@behaviour("131,073 bytes: PayloadTooLargeException", "doc", (413, "PayloadTooLargeException"))
def _too_large(target: Target) -> Any:
    with target.connection() as client:
        return target.manage("post_to_connection", target.own_id(client), Data=b"x" * (_MAX_BYTES + 1))


@behaviour("a post without a signature: 403", "doc", 403)
def _unsigned(target: Target) -> Any:
    return target.unsigned_post(f"{target.management_url}/@connections/{_UNKNOWN_ID}")[0]


@behaviour("a post without the stage: 403 Forbidden", "seen", (403, '{"message":"Forbidden"}'))
def _no_stage(target: Target) -> Any:
    host = target.management_url.rpartition("/")[0]
    status, body = target.unsigned_post(f"{host}/@connections/{_UNKNOWN_ID}")
    return status, body.replace(" ", "").strip()


def _disconnected(target: Target, end: Callable[[ClientConnection, str], object]) -> Any:
    """Return the code and reason that `$disconnect` receives when `end` ends a connection."""
    with target.connection() as observer:
        observer_id = target.own_id(observer)
        with target.connection(observer=observer_id) as client:
            end(client, target.own_id(client))
        seen = target.frame(observer)
    return seen.get("code"), seen.get("reason")


@behaviour("$disconnect receives the client's code and reason", "seen", (4321, "done"))
def _own_code(target: Target) -> Any:
    return _disconnected(target, lambda client, _id: client.close(4321, "done"))


@behaviour("$disconnect receives 1006 for a client that is cut off", "seen", 1006)
def _cut_off(target: Target) -> Any:
    return _disconnected(target, lambda client, _id: client.socket.shutdown(2))[0]


@behaviour("$disconnect receives 1000 after DELETE", "seen", (1000, "Connection Closed Normally"))
def _deleted(target: Target) -> Any:
    def delete(client: ClientConnection, connection_id: str) -> None:
        target.manage("delete_connection", connection_id)
        closed_with(client)

    return _disconnected(target, delete)


@behaviour("$disconnect receives 1003 for a binary frame", "inferred", 1003)
def _binary(target: Target) -> Any:
    def send(client: ClientConnection, _id: str) -> None:
        client.send(b"binary")
        closed_with(client)

    return _disconnected(target, send)[0]
