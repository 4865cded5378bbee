"""Checks that a table's endpoint accepts connections, within a fixed time."""

import socket
import threading
from urllib.parse import urlsplit

from threadcast.errors import StoreUnreachable

__all__ = ["require_reachable"]

_PORTS = {"http": 80, "https": 443}


def require_reachable(endpoint: str, timeout_s: float = 1.0) -> None:
    """Open and close one TCP connection to `endpoint`; raises `StoreUnreachable` after `timeout_s`.

    The attempt runs in a thread, because a socket's timeout does not limit the name resolution.
    """
    address = urlsplit(endpoint)
    port = address.port or _PORTS.get(address.scheme, 443)
    connected = threading.Event()

    def connect() -> None:
        try:
            socket.create_connection((address.hostname or "", port), timeout_s).close()
        except OSError:
            return
        connected.set()

    attempt = threading.Thread(target=connect, name="require-reachable", daemon=True)
    attempt.start()
    attempt.join(timeout_s)
    if not connected.is_set():
        raise StoreUnreachable(endpoint)
