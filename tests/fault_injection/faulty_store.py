"""The DynamoDB stand-in in bad weather, as a process: throttles, failures, lost answers, blackouts.

Run as `python -m tests.fault_injection.faulty_store SEED`; prints its port first, ends when its input closes.
`POST /weather` with `fine` or `foul` changes the weather. Unlike moto it honours ClientRequestToken: without
that, a transaction whose answer is lost would fail its own conditions when the SDK repeats it.
"""

import json
import os
import random
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Literal

__all__ = ["FaultyStore", "main"]

Verdict = Literal["pass", "throttle", "fail", "lose"]
WsgiApp = Callable[..., Iterable[bytes]]

_SHARES: dict[Verdict, float] = {"throttle": 0.02, "fail": 0.005, "lose": 0.005}
_CALM_REQUESTS, _BLACKOUT_S = (1_000, 2_600), (0.5, 4.0)
"""Blackouts come by the number of requests, so a slow machine meets no more of them in a turn."""
_HEADERS = [("Content-Type", "application/x-amz-json-1.0")]


class FaultyStore:
    """A WSGI application around another: one request at a time, some of them refused or left unanswered."""

    def __init__(self, application: WsgiApp, seed: int) -> None:
        self._application = application
        self._rng = random.Random(seed)  # noqa: S311 - dice
        self._lock = threading.Lock()
        self._answers: dict[str, tuple[str, list[tuple[str, str]], bytes]] = {}
        self._foul = False
        self._calm_for = 0
        self._blackout_until_s = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer one request."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self._lock:
            if environ["PATH_INFO"] == "/weather":
                self._turn(foul=body == b"foul")
                return _told(start_response, "200 OK", _HEADERS, b"{}")
            verdict = self._verdict()
            if verdict == "throttle":
                return _refused(start_response, "400 Bad Request", "ThrottlingException")
            if verdict == "fail":
                return _refused(start_response, "500 Internal Server Error", "InternalServerError")
            answer = self._answered(environ, body)
        if verdict == "lose":
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return _told(start_response, *answer)

    def _turn(self, *, foul: bool) -> None:
        self._foul = foul
        self._answers.clear()
        self._calm_for = self._rng.randint(*_CALM_REQUESTS)
        self._blackout_until_s = 0.0

    def _verdict(self) -> Verdict:
        if not self._foul:
            return "pass"
        if time.monotonic() < self._blackout_until_s:
            return "throttle"
        self._calm_for -= 1
        if self._calm_for == 0:
            self._calm_for = self._rng.randint(*_CALM_REQUESTS)
            self._blackout_until_s = time.monotonic() + self._rng.uniform(*_BLACKOUT_S)
        verdicts: list[Verdict] = ["pass", *_SHARES]
        return self._rng.choices(verdicts, [1 - sum(_SHARES.values()), *_SHARES.values()])[0]

    def _answered(self, environ: dict[str, Any], body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        token = json.loads(body or b"{}").get("ClientRequestToken") if b"ClientRequestToken" in body else None
        if token in self._answers:
            return self._answers[token]
        told: list[Any] = []
        content = b"".join(self._application(_with_body(environ, body), lambda *said: told.extend(said)))
        answer = (told[0], told[1], content)
        if token is not None and told[0].startswith("200"):
            self._answers[token] = answer
        return answer


def _with_body(environ: dict[str, Any], body: bytes) -> dict[str, Any]:
    return {**environ, "wsgi.input": BytesIO(body)}


def _refused(start_response: Callable[..., Any], status: str, code: str) -> list[bytes]:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "Foul weather"}
    return _told(start_response, status, _HEADERS, json.dumps(body).encode())


def _told(
    start_response: Callable[..., Any], status: str, headers: list[tuple[str, str]], body: bytes
) -> list[bytes]:
    start_response(status, headers)
    return [body]


def main(seed: int) -> None:
    """Serve until the parent process is gone."""
    os.environ.setdefault("MOTO_ALLOW_NONEXISTENT_REGION", "true")
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415
    from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415 - slow, and heeds the above

    from local_gateway.dynamodb.moto_patches import patch_moto  # noqa: PLC0415 - it imports moto

    patch_moto()

    class QuietHandler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    application = FaultyStore(DomainDispatcherApplication(create_backend_app), seed)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
