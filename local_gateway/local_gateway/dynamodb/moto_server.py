"""The emulator's process: moto's server, which ends with its parent process.

Run as `python -m local_gateway.dynamodb.moto_server [HOST [PORT]]`, by default on any free port of 127.0.0.1;
it prints its port as the first line of output and ends when its standard input closes. It handles one
request at a time, because moto's transactions are not isolated between threads (seen with moto 5.2).
"""

import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["main"]


def main(host: str = "127.0.0.1", port: str = "0") -> None:
    """Serve until standard input closes; port 0 selects a free port."""
    os.environ.setdefault("MOTO_ALLOW_NONEXISTENT_REGION", "true")
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415
    from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415

    from local_gateway.dynamodb.moto_patches import patch_moto  # noqa: PLC0415 - it imports moto

    patch_moto()

    class QuietHandler(WSGIRequestHandler):
        """Keeps connections open between requests and writes no access log."""

        protocol_version = "HTTP/1.1"

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Log nothing."""

    application = _one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = make_server(host, int(port), application, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    os._exit(0)


def _one_at_a_time(application: Callable[..., Iterable[bytes]]) -> Callable[..., list[bytes]]:
    lock = threading.Lock()

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        with lock:
            return list(application(environ, start_response))

    return serve


if __name__ == "__main__":
    main(*sys.argv[1:])
