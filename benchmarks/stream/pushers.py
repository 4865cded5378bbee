"""Two pushers: a fake with a latency, and boto3 against a local HTTP server."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from threadcast.adapters.api_gateway.pusher import ApiGatewayPusher
from threadcast.adapters.system_clock import SystemClock
from threadcast.ports import Connection

__all__ = ["SleepingPusher", "posting_to_a_server"]


class SleepingPusher:
    """Takes `latency_s` for every post; records each frame with its time, by connection."""

    def __init__(self, latency_s: float) -> None:
        self._latency_s = latency_s
        self._lock = threading.Lock()
        self.taken: dict[str, list[tuple[float, bytes]]] = {}

    def push(self, connection: Connection, frame: bytes) -> None:
        """Receive a frame."""
        time.sleep(self._latency_s)
        with self._lock:
            self.taken.setdefault(connection.id, []).append((time.perf_counter(), frame))


@contextmanager
def posting_to_a_server(latency_s: float) -> Iterator[ApiGatewayPusher]:
    """Yield the real pusher; the server is another process, so that only the sender's CPU is counted."""
    sink = Path(__file__).with_name("sink.py")
    command = [sys.executable, str(sink), str(latency_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:  # noqa: S603 - our own sink
        try:
            port = int(server.stdout.readline()) if server.stdout else 0
            session = boto3.Session("local", "local", region_name="us-east-1")
            yield ApiGatewayPusher(session, SystemClock(), endpoint=f"http://127.0.0.1:{port}/prod")
        finally:
            server.kill()
