"""Fetches a JSON document within one deadline, whatever its server does."""

import json
import socket
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from threadcast.errors import ConfigurationError

__all__ = ["fetch_json"]

_TIMEOUT_S = 3.0
_MAX_DOCUMENT_BYTES = 1_000_000
_OK = 200
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HEADERS = {"Accept": "application/json", "User-Agent": "Threadcast", "Connection": "close"}


def fetch_json(url: str, timeout_s: float = _TIMEOUT_S) -> Mapping[str, Any]:
    """Fetch a JSON object by HTTPS (by HTTP from loopback addresses only); raises `ConfigurationError`.

    `timeout_s` bounds everything together: name resolution, connection, handshake, and a response of at most
    1 MB that arrives in any number of pieces. Redirects are not followed, so the URL is the final one.
    """
    try:
        document = _Fetch(_trusted(url), timeout_s).result()
    except ConfigurationError:
        raise
    except Exception as error:  # a server can cause any of http.client's, ssl's and json's
        raise ConfigurationError(f"JWKS_URL cannot be read: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise ConfigurationError("JWKS_URL holds no key set")
    return document


def _trusted(url: str) -> SplitResult:
    address = urlsplit(url)
    if address.scheme == "https" or (address.scheme == "http" and address.hostname in _LOOPBACK):
        return address
    raise ConfigurationError("JWKS_URL must be an https address")


class _Fetch:
    """A fetch on a thread of its own: a socket's time-out bounds one read, and name resolution has none."""

    def __init__(self, address: SplitResult, timeout_s: float) -> None:
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        self._connection = kind(address.hostname or "", address.port, timeout=timeout_s)
        self._path = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
        self._timeout_s = timeout_s
        self._abandoned = False
        self._socket: socket.socket | None = None
        self._document: Future[Any] = Future()

    def result(self) -> Any:
        threading.Thread(target=self._run, name="key set fetch", daemon=True).start()
        try:
            return self._document.result(self._timeout_s)
        except TimeoutError:
            if self._document.done():
                raise
            self._abandon()
            raise ConfigurationError(f"JWKS_URL cannot be read: not within {self._timeout_s:g} s") from None

    def _abandon(self) -> None:
        """End the thread's read; a thread that has no connection yet ends once it has one."""
        self._abandoned = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            with closing(self._connection):
                self._document.set_result(self._read())
        except Exception as error:  # noqa: BLE001 - raised again by `result`
            self._document.set_exception(error)

    def _read(self) -> Any:
        self._connection.connect()
        self._socket = self._connection.sock  # the connection gives it up once the headers are read
        if self._abandoned:
            return None
        self._connection.request("GET", self._path, headers=_HEADERS)
        with self._connection.getresponse() as response:
            if response.status != _OK:
                raise ConfigurationError(f"JWKS_URL cannot be read: HTTP status {response.status}")
            body = response.read(_MAX_DOCUMENT_BYTES + 1)
        if len(body) > _MAX_DOCUMENT_BYTES:
            raise ConfigurationError(f"JWKS_URL holds more than {_MAX_DOCUMENT_BYTES:,} bytes")
        return json.loads(body)
