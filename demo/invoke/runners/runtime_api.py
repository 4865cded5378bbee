"""Runs a Lambda function in a process: AWS's runtime client against an emulated Runtime API.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from demo.invoke.outcome import Outcome
from local_gateway.access.http_handler import RestrictedHandler

__all__ = ["INIT_TIMEOUT_S", "Runtime", "running_function"]

INIT_TIMEOUT_S = 60.0
"""How long a process may take until it requests its first event; the function's timeout starts then."""

_VERSION = "/2018-06-01/runtime"
_CLIENT = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")


@dataclass
class Runtime:
    """Queues of events for a function and of its outcomes. `output` is the file of its logs."""

    output: Path
    timeout_s: float
    ready: threading.Event = field(default_factory=threading.Event)
    events: "queue.Queue[Mapping[str, Any]]" = field(default_factory=queue.Queue)
    outcomes: "queue.Queue[tuple[Any, Mapping[str, Any] | None]]" = field(default_factory=queue.Queue)

    def invoke(self, event: Mapping[str, Any]) -> Outcome:
        """Run one event to its end; raises `queue.Empty` if the function's timeout expires."""
        self.ready.wait(INIT_TIMEOUT_S)
        printed_before = self.output.stat().st_size
        self.events.put(event)
        result, error = self.outcomes.get(timeout=self.timeout_s)
        return Outcome(result, error, self.output.read_bytes()[printed_before:].decode())


@contextmanager
def running_function(
    handler: str, folders: tuple[Path, ...], environment: Mapping[str, str], timeout_s: float, scratch: Path
) -> Iterator[Runtime]:
    """Run a function's process until the end of the block, with only these folders on its path."""
    runtime = Runtime(scratch / "output.txt", timeout_s)
    server = _serve(runtime)
    address = f"127.0.0.1:{server.server_port}"
    path = ":".join(str(folder) for folder in (*folders, _client_folder(scratch)))
    with runtime.output.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the project's own functions
            [sys.executable, "-S", "-m", "awslambdaric", handler],  # -S: none of .venv's packages
            env={**environment, "PYTHONPATH": path, "AWS_LAMBDA_RUNTIME_API": address},
            stdout=output,
            stderr=output,
        )
    watcher = threading.Thread(target=_report_exit, args=(process, runtime))
    watcher.start()
    try:
        yield runtime
    finally:
        process.kill()
        watcher.join()
        server.shutdown()
        server.server_close()


def _report_exit(process: "subprocess.Popen[bytes]", runtime: Runtime) -> None:
    process.wait()
    runtime.ready.set()
    runtime.outcomes.put((None, {"errorMessage": f"the process ended with {process.returncode}"}))


def _client_folder(scratch: Path) -> Path:
    """Create a folder with only the runtime client, which Lambda provides beside the function."""
    folder = scratch / "runtime"
    folder.mkdir()
    for name in _CLIENT:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin)
            source = origin.parent if origin.name == "__init__.py" else origin
            (folder / source.name).symlink_to(source)
    return folder


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    runtime: Runtime

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report errors, except those of a process that was killed while it waited for an event."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _RuntimeApi(RestrictedHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - http.server's own name
        """Return the next event, once there is one."""
        runtime = cast("_Server", self.server).runtime
        runtime.ready.set()
        body = json.dumps(runtime.events.get()).encode()
        deadline_ms = int((time.time() + runtime.timeout_s) * 1000)
        self._answer(
            200,
            body,
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Trace-Id": "Root=1-65d2fe2e-3f2a4c5b6d7e8f9012345678;Sampled=0",
                "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:built",
            },
        )

    def do_POST(self) -> None:  # noqa: N802 - the same
        """Receive an outcome."""
        outcomes = cast("_Server", self.server).runtime.outcomes
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
        self._answer(202, b"{}", {})
        outcomes.put((body, None) if self.path.endswith("/response") else (None, body))

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write no access log."""


def _serve(runtime: Runtime) -> _Server:
    server = _Server(("127.0.0.1", 0), _RuntimeApi)
    server.runtime = runtime
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server
