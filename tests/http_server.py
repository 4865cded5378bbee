"""A real HTTP server on this machine, for adapters that use HTTP."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

__all__ = ["Answer", "HttpServer", "Request", "http_server"]


@dataclass(frozen=True, slots=True)
class Request:
    """A received request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; or `reset` to close the connection, or `silence` to send nothing until the server ends."""

    status: int | Literal["reset", "silence"] = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class HttpServer:
    """Answers requests by calling `answer`, and records them."""

    url: str
    answer: Callable[[Request], Answer]
    requests: list[Request] = field(default_factory=list)


@contextmanager
def http_server(answer: Callable[[Request], Answer]) -> Iterator[HttpServer]:
    """Serve on a free port of this machine until the end of the block."""
    ending = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, dict(self.headers), body)
            served.requests.append(request)
            self._send(served.answer(request))

        do_GET = do_POST  # noqa: N815 - http.server's own name

        def _send(self, answer: Answer) -> None:
            if answer.status == "silence":
                ending.wait()
            if isinstance(answer.status, str):
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Write no access log."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128  # socketserver's own 5 makes the sixth client wait a second

    server = Server(("127.0.0.1", 0), Handler)
    served = HttpServer(f"http://127.0.0.1:{server.server_port}", answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        ending.set()
        server.shutdown()
        thread.join()
        server.server_close()
