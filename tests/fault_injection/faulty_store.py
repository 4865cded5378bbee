"""A DynamoDB emulator that injects faults: throttling, failures, lost responses, outages. Runs as a process.

Run as `python -m tests.fault_injection.faulty_store SEED`; prints its port first, ends when its input closes.
`POST /fault-injection` with the body `on` or `off` starts and ends the faults. Unlike moto it honours
ClientRequestToken: without that, a transaction whose response is lost would fail its own conditions when the
SDK repeats it.
"""

import json
import random
import socket
import sys
import threading
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final, Literal

from local_gateway.dynamodb.moto_server import WsgiApplication, dynamodb_application, serve

__all__ = ["FAULT_INJECTION_PATH", "FaultyStore", "main"]

FAULT_INJECTION_PATH: Final = "/fault-injection"

Effect = Literal["none", "throttle", "fail", "lose"]
"""What happens to one request. `lose`: it is carried out, and the connection closes without a response."""

Response = tuple[str, list[tuple[str, str]], bytes]
"""Status line, headers, body."""

_SHARES: dict[Effect, float] = {"throttle": 0.02, "fail": 0.005, "lose": 0.005}
_REQUESTS_BETWEEN_OUTAGES, _OUTAGE_S = (1_000, 2_600), (0.5, 4.0)
"""Outages come by the number of requests, so that a slow machine has no more of them in a turn."""
_HEADERS = [("Content-Type", "application/x-amz-json-1.0")]


class FaultyStore:
    """A WSGI application around another. Handles one request at a time; refuses or loses some of them."""

    def __init__(self, application: WsgiApplication, seed: int) -> None:
        self._application = application
        self._rng = random.Random(seed)  # noqa: S311 - dice
        self._lock = threading.Lock()
        self._responses: dict[str, Response] = {}
        self._injects_faults = False
        self._requests_to_outage = 0
        self._outage_until_s = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer one request."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self._lock:
            if environ["PATH_INFO"] == FAULT_INJECTION_PATH:
                self._switch(on=body == b"on")
                return _respond(start_response, "200 OK", _HEADERS, b"{}")
            effect = self._next_effect()
            if effect == "throttle":
                return _refuse(start_response, "400 Bad Request", "ThrottlingException")
            if effect == "fail":
                return _refuse(start_response, "500 Internal Server Error", "InternalServerError")
            response = self._carry_out(environ, body)
        if effect == "lose":
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return _respond(start_response, *response)

    def _switch(self, *, on: bool) -> None:
        self._injects_faults = on
        self._responses.clear()
        self._requests_to_outage = self._rng.randint(*_REQUESTS_BETWEEN_OUTAGES)
        self._outage_until_s = 0.0

    def _next_effect(self) -> Effect:
        if not self._injects_faults:
            return "none"
        if time.monotonic() < self._outage_until_s:
            return "throttle"
        self._requests_to_outage -= 1
        if self._requests_to_outage == 0:
            self._requests_to_outage = self._rng.randint(*_REQUESTS_BETWEEN_OUTAGES)
            self._outage_until_s = time.monotonic() + self._rng.uniform(*_OUTAGE_S)
        effects: list[Effect] = ["none", *_SHARES]
        return self._rng.choices(effects, [1 - sum(_SHARES.values()), *_SHARES.values()])[0]

    def _carry_out(self, environ: dict[str, Any], body: bytes) -> Response:
        token = json.loads(body or b"{}").get("ClientRequestToken") if b"ClientRequestToken" in body else None
        if token in self._responses:
            return self._responses[token]
        start: list[Any] = []
        content = b"".join(self._application(_with_body(environ, body), lambda *args: start.extend(args)))
        response = (start[0], start[1], content)
        if token is not None and start[0].startswith("200"):
            self._responses[token] = response
        return response


def _with_body(environ: dict[str, Any], body: bytes) -> dict[str, Any]:
    return {**environ, "wsgi.input": BytesIO(body)}


def _refuse(start_response: Callable[..., Any], status: str, code: str) -> list[bytes]:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "Injected fault"}
    return _respond(start_response, status, _HEADERS, json.dumps(body).encode())


def _respond(
    start_response: Callable[..., Any], status: str, headers: list[tuple[str, str]], body: bytes
) -> list[bytes]:
    start_response(status, headers)
    return [body]


def main(seed: int) -> None:
    """Serve until the standard input closes, which it does when the parent process ends."""
    serve(FaultyStore(dynamodb_application(), seed))


if __name__ == "__main__":
    main(int(sys.argv[1]))
