"""A wall around this machine: a test that tries to leave it fails at once."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

__all__ = ["WALLED_IN", "only_this_machine"]

WALLED_IN = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""The wall for processes of their own, whose sockets nobody guards: a proxy that is not there."""

_HERE = (None, "", "127.0.0.1", "::1", "localhost")


@contextmanager
def only_this_machine() -> Iterator[None]:
    """No connection and no look-up of a name beyond loopback, as long as the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and address[0] not in _HERE:
            raise AssertionError(f"a test wanted to reach {address[0]}")
        return connect(self, address)

    return guarded


def _guarded_lookup(lookup: Any) -> Any:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _HERE:
            raise AssertionError(f"a test wanted to look up {name}")
        return lookup(host, *args, **kwargs)

    return guarded
