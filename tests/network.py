"""Blocks the network: a test that connects to another machine fails at once."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

__all__ = ["NO_NETWORK_ENVIRONMENT", "blocked_network"]

NO_NETWORK_ENVIRONMENT = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""For child processes, whose sockets are not patched: a proxy that refuses connections."""

_LOCAL_HOSTS = (None, "", "127.0.0.1", "::1", "localhost")


@contextmanager
def blocked_network() -> Iterator[None]:
    """Refuse connections and name look-ups beyond loopback until the end of the block."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and address[0] not in _LOCAL_HOSTS:
            raise AssertionError(f"a test tried to connect to {address[0]}")
        return connect(self, address)

    return guarded


def _guarded_lookup(lookup: Any) -> Any:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _LOCAL_HOSTS:
            raise AssertionError(f"a test tried to look up {name}")
        return lookup(host, *args, **kwargs)

    return guarded
