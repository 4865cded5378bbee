"""MiniStack, in a network namespace that `make rehearse` makes, since it listens on all interfaces."""

import fcntl
import os
import socket
import struct
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

__all__ = ["Emulator", "running_emulator"]

ROOT = Path(__file__).parents[2]
LOG = ROOT / ".aws-sam" / "ministack.log"
_PYTHON = ROOT / ".rehearsal-venv" / "bin" / "python"
_PORT = 4566
_START_TIMEOUT_S = 120
_STOP_TIMEOUT_S = 30
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1


@dataclass(frozen=True)
class Emulator:
    """A running MiniStack: its address, and the environment for commands that use it."""

    url: str
    region: str = "us-east-1"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that direct the SDK and `sam` to the emulator."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": self.region,
        }

    def client(self, service: Any) -> Any:
        """Return a client of one of its services."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


@contextmanager
def running_emulator() -> Iterator[Emulator]:
    """Start MiniStack on Python 3.13, the functions' version, since it runs them with its own interpreter."""
    _require_own_network()
    url = f"http://127.0.0.1:{_PORT}"
    emulator = Emulator(url)
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **emulator.environment}
    with LOG.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [str(_PYTHON), "-m", "ministack"], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_for_health(process, f"{url}/_ministack/health")
            yield emulator
        finally:
            process.kill()  # it holds nothing that must be written, and functions that run delay its end
            process.wait(_STOP_TIMEOUT_S)


def _require_own_network() -> None:
    """Bring up the loopback interface of a new network namespace; fail where there is any other interface."""
    names = [name for _, name in socket.if_nameindex()]
    assert names == ["lo"], f"this is not a network namespace of its own: {names}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as interface:
        request = struct.pack("16sh14s", b"lo", 0, b"")
        flags = struct.unpack("16sh14s", fcntl.ioctl(interface, _GET_FLAGS, request))[1]
        fcntl.ioctl(interface, _SET_FLAGS, struct.pack("16sh14s", b"lo", flags | _UP, b""))


def _wait_for_health(process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        assert process.poll() is None, LOG.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - a fixed address
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"MiniStack did not start: {LOG.read_text(encoding='utf-8')}")
