"""Aborts calls to Bedrock by shutting down their sockets.

botocore reads in a thread and has no way to abort a call, neither before the first byte nor between two
chunks of a stream. Without it, an answer that is no longer needed would be read, and billed, to its end.
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

__all__ = ["LiveCalls", "make_abortable"]


class LiveCalls:
    """The connections of a turn's calls; `abort` ends them all, including those of later calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: dict[_TrackedConnection, socket.socket] = {}
        self.is_aborted = False

    def activate(self) -> None:
        """Track the calls that are made from now on in this context and its threads."""
        _current.set(self)

    def add(self, connection: "_TrackedConnection", over: socket.socket) -> None:
        """Track a connection, after its request was sent."""
        with self._lock:
            self._connections[connection] = over
            if self.is_aborted:
                _shut_down(over)

    def remove(self, connection: "_TrackedConnection") -> None:
        """Stop tracking a connection, after its response was read."""
        with self._lock:
            self._connections.pop(connection, None)

    def abort(self) -> None:
        """Shut down all sockets; the reading threads then see the end of the stream."""
        with self._lock:
            self.is_aborted = True
            for over in self._connections.values():
                _shut_down(over)

    def close(self) -> None:
        """Close aborted connections, which the SDK leaves open; call it when no thread reads any more."""
        with self._lock:
            for connection in self._connections:
                connection.abandon()
            self._connections.clear()


_current: ContextVar[LiveCalls | None] = ContextVar("live_calls", default=None)


def make_abortable(client: BaseClient) -> None:
    """Make the client register its connections with the `LiveCalls` of the calling context."""
    endpoint: Any = client._endpoint  # type: ignore[attr-defined]  # noqa: SLF001 - see the module's docstring
    manager = endpoint.http_session._manager  # noqa: SLF001 - the same
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _TrackedConnection:
    """A connection that `LiveCalls` tracks from its request until its response was read."""

    calls: LiveCalls | None = None
    response: Any = None
    sock: Any

    def request(self, *args: Any, **kwargs: Any) -> Any:
        sent = super().request(*args, **kwargs)  # type: ignore[misc]
        self.calls = _current.get()
        if self.calls is not None and self.sock is not None:
            self.calls.add(self, self.sock)
        return sent

    def getresponse(self) -> Any:
        self.response = super().getresponse()  # type: ignore[misc]
        return self.response

    def release(self) -> None:
        """Stop tracking; called when the connection returns to its pool."""
        calls, self.calls, self.response = self.calls, None, None
        if calls is not None:
            calls.remove(self)

    def abandon(self) -> None:
        """Close the connection, and the response, which also holds the socket."""
        response, self.calls, self.response = self.response, None, None
        with contextlib.suppress(OSError, ValueError):
            if response is not None:
                response.close()
        super().close()  # type: ignore[misc]


def _shut_down(connection: socket.socket) -> None:
    """Shut down both directions below TLS, whose own shutdown would wait for the reading thread."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Connection(_TrackedConnection, AWSHTTPConnection):  # type: ignore[misc]  # the stubs of botocore and urllib3 differ
    pass


class _SecureConnection(_TrackedConnection, AWSHTTPSConnection):  # type: ignore[misc]  # the same
    pass


class _ReleasingPool:
    """A pool that calls `release` of returned connections."""

    def _put_conn(self, connection: Any) -> None:
        if connection is not None:
            connection.release()
        super()._put_conn(connection)  # type: ignore[misc]


class _Pool(_ReleasingPool, AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(_ReleasingPool, AWSHTTPSConnectionPool):
    ConnectionCls = _SecureConnection
