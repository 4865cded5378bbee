"""Checks that a table's endpoint answers, within a fixed time."""

import http.client
import threading
from urllib.parse import urlsplit

from threadcast.errors import StoreUnreachable

__all__ = ["require_reachable"]


def require_reachable(endpoint: str, timeout_s: float = 2.0) -> None:
    """Send one HTTP request to `endpoint`; any response will do. Raises `StoreUnreachable` after `timeout_s`.

    The attempt runs in a thread, because a socket's timeout does not limit the name resolution.
    """
    address = urlsplit(endpoint)
    secure = address.scheme == "https"
    connection_type = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connection_type(address.hostname or "", address.port, timeout=timeout_s)
    answered = threading.Event()

    def ask() -> None:
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()
        answered.set()

    attempt = threading.Thread(target=ask, name="require-reachable", daemon=True)
    attempt.start()
    attempt.join(timeout_s)
    if not answered.is_set():
        raise StoreUnreachable(endpoint)
