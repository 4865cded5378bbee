"""The emulator's process: moto's DynamoDB over HTTP, which ends with its parent process.

Run as `python -m local_gateway.dynamodb.moto_server [HOST [PORT [NAME …]]]`, by default on any free port of
127.0.0.1. NAME is another host name of this machine, e.g. the one that containers use.
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from local_gateway.access.access_rule import AccessRule
from local_gateway.access.http_handler import RestrictedHandler
from local_gateway.dynamodb.saved_tables import SavedTables, SavingApplication, WsgiApplication

__all__ = ["WsgiApplication", "dynamodb_application", "main", "serve"]

_UNKNOWN_OPERATION = b'{"__type": "com.amazon.coral.service#UnknownOperationException"}'


def main(host: str = "127.0.0.1", port: str = "0", *names: str) -> None:
    """Serve DynamoDB until standard input closes; LOCAL_GATEWAY_STATE is the folder that keeps the items."""
    lock = threading.RLock()
    application = dynamodb_application(lock)
    state = os.environ.get("LOCAL_GATEWAY_STATE")
    if not state:
        serve(application, host, int(port), *names)
        return
    saving = SavingApplication(application, SavedTables(Path(state)), lock)
    serve(saving, host, int(port), *names, at_exit=saving.save)


def dynamodb_application(lock: AbstractContextManager[Any] | None = None) -> WsgiApplication:
    """Return moto's DynamoDB and DynamoDB Streams, without its other services, its reset and its dashboard.

    It handles one request at a time and holds `lock` meanwhile, because moto's transactions are not isolated
    between threads (seen with moto 5.2).
    """
    os.environ.update(MOTO_ALLOW_NONEXISTENT_REGION="true", MOTO_DISABLE_GLOBAL_CORS="true")
    from moto.moto_server.werkzeug_app import create_backend_app  # noqa: PLC0415 - slow, and reads the above

    from local_gateway.dynamodb.moto_patches import patch_moto  # noqa: PLC0415 - it imports moto

    patch_moto()
    services: dict[str, WsgiApplication] = {
        "DynamoDB_20120810": create_backend_app("dynamodb"),
        "DynamoDBStreams_20120810": create_backend_app("dynamodbstreams"),
    }
    held = threading.Lock() if lock is None else lock

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        service = services.get(environ.get("HTTP_X_AMZ_TARGET", "").partition(".")[0])
        if service is None or (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("POST", "/"):
            start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.0")])
            return [_UNKNOWN_OPERATION]
        with held:
            return list(service(environ, start_response))

    return application


def serve(
    application: WsgiApplication,
    host: str = "127.0.0.1",
    port: int = 0,
    *names: str,
    at_exit: Callable[[], None] | None = None,
) -> None:
    """Serve until standard input closes, then call `at_exit` and exit; port 0 selects a free port.

    It prints its port as the first line of output, and refuses the requests of every web page.
    """
    from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415 - only this process needs it

    class Handler(RestrictedHandler, WSGIRequestHandler):
        """Writes no access log."""

        protocol_version = "HTTP/1.1"
        access = AccessRule(frozenset({host, *names}))

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Log nothing."""

    server = make_server(host, port, application, threaded=True, request_handler=Handler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    if at_exit is not None:
        at_exit()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
