"""An emulator of `@connections` that records each post by connection."""

import json
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote

from local_gateway.access.access_rule import AccessRule
from local_gateway.access.http_handler import RestrictedHandler

__all__ = ["ConnectionsApi", "Frame", "connections_api"]

Frame = dict[str, Any]
"""A JSON object that was posted to a connection."""

_MARKER: Final = "/@connections/"
_GONE: Final = 410


def _ignore(_connection_id: str, _frame: Frame) -> None:
    return


@dataclass
class ConnectionsApi:
    """The posts received so far, in order. `on_frame` is called for each, on the server's thread."""

    port: int
    on_frame: Callable[[str, Frame], None] = _ignore
    posts: list[tuple[str, Frame]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, connection_id: str, body: bytes) -> None:
        """Record one post; raises `ValueError` if it is not JSON."""
        frame = json.loads(body)
        with self.lock:
            self.posts.append((connection_id, frame))
            self.on_frame(connection_id, frame)

    def take(self) -> dict[str, list[Frame]]:
        """Return the frames of each connection, in order, and clear the record."""
        with self.lock:
            posts, self.posts = self.posts, []
        frames: dict[str, list[Frame]] = {}
        for connection_id, frame in posts:
            frames.setdefault(connection_id, []).append(frame)
        return frames


@contextmanager
def connections_api(
    host: str = "127.0.0.1",
    port: int = 0,
    on_frame: Callable[[str, Frame], None] = _ignore,
    names: Collection[str] = (),
) -> Iterator[ConnectionsApi]:
    """Serve `POST …/@connections/ID` until the end of the block; port 0 is any free one. Raises `OSError`.

    `names` are host names, beside `host`, by which clients address it.
    """

    class Handler(RestrictedHandler):
        protocol_version = "HTTP/1.1"
        access = AccessRule(frozenset({host, *names}))

        def do_POST(self) -> None:  # noqa: N802 - http.server's own name
            """Record a post; answer any other path with 410 Gone."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            _, found, connection_id = self.path.partition(_MARKER)
            if found:
                api.record(unquote(connection_id), body)
            self.send_response(200 if found else _GONE)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write no access log."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server((host, port), Handler)
    api = ConnectionsApi(server.server_port, on_frame)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
