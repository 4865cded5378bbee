"""The request and responses of an opening handshake (RFC 6455, section 4) as bytes, without I/O."""

import base64
import binascii
import hashlib
import json
import sys
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from local_gateway.apigateway.handshake import Handshake, HandshakeRejected, reason_phrase

__all__ = ["Upgrade", "read_upgrade", "rejection_response", "switching_response"]

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""The constant that RFC 6455 (section 1.3) appends to the client's key."""
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A request to open a WebSocket. `key` is the client's Sec-WebSocket-Key."""

    path: str
    key: str
    handshake: Handshake


def read_upgrade(head: bytes, source_ip: str) -> Upgrade | None:
    """Parse a request's head, without its final empty line; return None if it is no valid upgrade."""
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    headers = [
        (sys.intern(name), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    ]
    words = first.split(" ")
    if len(words) != 3 or words[0] != "GET":  # noqa: PLR2004 - method, target, version
        return None
    path, _, query = words[1].partition("?")
    handshake = Handshake(source_ip, headers, parse_qsl(query, keep_blank_values=True))
    key = handshake.header("Sec-WebSocket-Key") or ""
    if not _requests_websocket(handshake) or not _is_key(key):
        return None
    return Upgrade(unquote(path), key, handshake)


def switching_response(upgrade: Upgrade, subprotocol: str | None) -> bytes:
    """Return the response that opens the WebSocket.

    It accepts no extension, compression included. It omits a subprotocol that the client did not
    offer, because RFC 6455 requires the client to fail the connection otherwise.
    """
    accept = base64.b64encode(hashlib.sha1(upgrade.key.encode() + _GUID).digest()).decode()  # noqa: S324 - the RFC's choice
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    lines.append(f"Sec-WebSocket-Accept: {accept}")
    if subprotocol is not None and subprotocol in _offered_subprotocols(upgrade.handshake):
        lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
    return "\r\n".join([*lines, "", ""]).encode()


def rejection_response(rejection: HandshakeRejected) -> bytes:
    """Return the response to a handshake that fails; the connection closes after it."""
    body = json.dumps({"message": rejection.message}).encode()
    lines = [
        f"HTTP/1.1 {rejection.status} {reason_phrase(rejection.status)}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    if rejection.error_type:
        lines.append(f"x-amzn-ErrorType: {rejection.error_type}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def _requests_websocket(handshake: Handshake) -> bool:
    return (
        (handshake.header("Upgrade") or "").lower() == "websocket"
        and "upgrade" in (handshake.header("Connection") or "").lower()
        and handshake.header("Sec-WebSocket-Version") == "13"
    )


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _offered_subprotocols(handshake: Handshake) -> list[str]:
    lists = [value for name, value in handshake.headers if name.lower() == "sec-websocket-protocol"]
    return [name.strip() for each in lists for name in each.split(",")]
