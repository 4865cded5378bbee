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
    """The connections that a turn's calls go over; `cut` ends them all, also those that are yet to come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: dict[_Told, socket.socket] = {}
        self.is_cut = False

    def enter(self) -> None:
        """Let calls that are made from here on, in this context and its threads, belong to this turn."""
        _current.set(self)

    def add(self, connection: "_Told", over: socket.socket) -> None:
        """A request has gone out."""
        with self._lock:
            self._connections[connection] = over
            if self.is_cut:
                _shut(over)

    def forget(self, connection: "_Told") -> None:
        """The answer to the request has been read: the connection is free for anybody's next."""
        with self._lock:
            self._connections.pop(connection, None)

    def cut(self) -> None:
        """End whatever is being read; the reading threads see the end of the stream."""
        with self._lock:
            self.is_cut = True
            for over in self._connections.values():
                _shut(over)

    def close(self) -> None:
        """Close what was not read to its end, once nobody reads any more: the SDK leaves that open."""
        with self._lock:
            for connection in self._connections:
                connection.abandon()
            self._connections.clear()


_current: ContextVar[LiveCalls | None] = ContextVar("live_calls", default=None)


def make_cuttable(client: BaseClient) -> None:
    """Let this client tell the turn in whose context it is used over which socket it speaks."""
    endpoint: Any = client._endpoint  # type: ignore[attr-defined]  # noqa: SLF001 - see the module's text
    manager = endpoint.http_session._manager  # noqa: SLF001 - the same
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Told:
    """A connection that belongs to a turn from its request until its response has been read."""

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

    def set_free(self) -> None:
        """Called when the connection goes back to its pool."""
        calls, self.calls, self.response = self.calls, None, None
        if calls is not None:
            calls.forget(self)

    def abandon(self) -> None:
        """Give up the connection, and the response that holds on to its socket."""
        response, self.calls, self.response = self.response, None, None
        with contextlib.suppress(OSError, ValueError):
            if response is not None:
                response.close()
        super().close()  # type: ignore[misc]


def _shut(connection: socket.socket) -> None:
    """End both directions below TLS: its own goodbye would wait for the thread that is reading."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Connection(_Told, AWSHTTPConnection):  # type: ignore[misc]  # the stubs of botocore and urllib3 differ
    pass


class _SecureConnection(_Told, AWSHTTPSConnection):  # type: ignore[misc]  # the same
    pass


class _Freeing:
    """A pool that tells its connections when they come back."""

    def _put_conn(self, connection: Any) -> None:
        if connection is not None:
            connection.set_free()
        super()._put_conn(connection)  # type: ignore[misc]


class _Pool(_Freeing, AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(_Freeing, AWSHTTPSConnectionPool):
    ConnectionCls = _SecureConnection
