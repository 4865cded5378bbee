"""Cutting a call to Bedrock: botocore reads in a thread, and nothing but its socket's end wakes that thread.

botocore offers no way to abandon a call, neither while it waits for the first byte nor between two chunks
of a stream; an answer that nobody wants any more would be read (and paid) until the model pauses.
"""

import contextlib
import socket
import threading
from contextvars import ContextVar
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from botocore.client import BaseClient

__all__ = ["LiveCalls", "make_cuttable"]


class LiveCalls:
    """The sockets that a turn's calls to the model go over; `cut` ends them all, also those yet to come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self.is_cut = False

    def enter(self) -> None:
        """Let calls that are made from here on, in this context and its threads, belong to this turn."""
        _current.set(self)

    def add(self, connection: socket.socket) -> None:
        """A request has gone out over this socket."""
        with self._lock:
            self._sockets.append(connection)
            if self.is_cut:
                _shut(connection)

    def cut(self) -> None:
        """End whatever is being read; the reading threads see the end of the stream."""
        with self._lock:
            self.is_cut = True
            for connection in self._sockets:
                _shut(connection)
            self._sockets.clear()


_current: ContextVar[LiveCalls | None] = ContextVar("live_calls", default=None)


def make_cuttable(client: BaseClient) -> None:
    """Let this client tell the turn in whose context it is used over which socket it speaks."""
    endpoint: Any = client._endpoint  # type: ignore[attr-defined]  # noqa: SLF001 - see the module's text
    manager = endpoint.http_session._manager  # noqa: SLF001 - the same
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def _tell(connection: Any) -> None:
    calls = _current.get()
    if calls is not None and connection.sock is not None:
        calls.add(connection.sock)


def _shut(connection: socket.socket) -> None:
    """End both directions below TLS: its own goodbye would wait for the thread that is reading."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Connection(AWSHTTPConnection):
    def request(self, *args: Any, **kwargs: Any) -> Any:
        sent = super().request(*args, **kwargs)
        _tell(self)
        return sent


class _SecureConnection(AWSHTTPSConnection):
    def request(self, *args: Any, **kwargs: Any) -> Any:
        sent = super().request(*args, **kwargs)
        _tell(self)
        return sent


class _Pool(AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(AWSHTTPSConnectionPool):
    ConnectionCls = _SecureConnection
