"""Lambda's Runtime API for one process: sends it invocations and receives their outcomes.

Every process has its own listening port, because requests do not identify the process.
Protocol: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import json
import time
from functools import lru_cache
from typing import Protocol

from local_gateway.access.access_rule import AccessRule
from local_gateway.aws_lambda.execution.runtime_http import (
    MalformedRequest,
    Request,
    RequestReader,
    parse_headers,
    response,
)
from local_gateway.aws_lambda.invocation import (
    MAX_PAYLOAD_BYTES,
    Invocation,
    Outcome,
    response_too_large,
)

__all__ = ["RuntimeConnection", "RuntimeListener"]

_ACCEPTED = response(202, "content-type: application/json\r\n", b'{"status":"OK"}\n')
_ACCESS = AccessRule()
_MAX_CACHED_BYTES = 512
_INVOCATION = "/2018-06-01/runtime/invocation/"


class RuntimeListener(Protocol):
    """Receives the requests of a function's process."""

    def on_poll(self, connection: "RuntimeConnection") -> None:
        """Handle a process that is ready for an invocation; send one with `connection.send`."""

    def on_outcome(self, request_id: str, outcome: Outcome) -> bool:
        """Handle an invocation's outcome; return False if the process does not run that invocation."""

    def on_init_error(self, outcome: Outcome) -> None:
        """Handle a function that fails to load."""


class RuntimeConnection(asyncio.Protocol):
    """One connection from a function's process."""

    def __init__(self, listener: RuntimeListener) -> None:
        self._listener = listener
        self._reader = RequestReader()
        self._transport: asyncio.Transport | None = None
        self._deferred = b""
        self._more_requests = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport (called by asyncio)."""
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, _exc: Exception | None) -> None:
        """Release the transport (called by asyncio); a poll on it can no longer be answered."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Handle the requests of the process (called by asyncio)."""
        try:
            requests = self._reader.feed(data)
        except MalformedRequest:
            self._reply(response(400))
            self.close()
            return
        for remaining, request in enumerate(requests, 1 - len(requests)):
            # A response followed by a poll is sent with the poll's response: one packet fewer.
            self._more_requests = remaining < 0
            if _is_refused(request):
                self._refuse()
                return
            self._route(request)

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    def send(self, invocation: Invocation, function_arn: str, timeout_s: float) -> bool:
        """Send an invocation to the polling process; return False if the connection is closed."""
        if self._transport is None or self._transport.is_closing():
            return False
        context = invocation.client_context
        headers = (
            f"Lambda-Runtime-Aws-Request-Id: {invocation.request_id}\r\n"
            f"Lambda-Runtime-Deadline-Ms: {int((time.time() + timeout_s) * 1000)}\r\n"
            f"Lambda-Runtime-Invoked-Function-Arn: {function_arn}\r\n"
            f"Lambda-Runtime-Trace-Id: {_trace_id(invocation.request_id)}\r\n"
            + (f"Lambda-Runtime-Client-Context: {context}\r\n" if context else "")
            + "Content-Type: application/json\r\n"
        )
        deferred, self._deferred = self._deferred, b""
        self._transport.write(deferred + response(200, headers, invocation.payload))
        return True

    def _refuse(self) -> None:
        """Answer 403 and close: the bytes that follow are the same sender's, e.g. a body without a length."""
        self._more_requests = False
        self._reply(response(403))
        self.close()

    def _route(self, request: Request) -> None:
        if request.path.startswith(_INVOCATION):
            rest = request.path[len(_INVOCATION) :]
            if rest == "next":
                self._listener.on_poll(self)
                return
            request_id, _, kind = rest.partition("/")
            if kind in {"response", "error"}:
                self._receive_outcome(request_id, kind, request.body)
                return
        if request.path == "/2018-06-01/runtime/init/error":
            self._listener.on_init_error(Outcome(_as_error(request.body), error="Unhandled"))
            self._reply(_ACCEPTED)
            return
        self._reply(response(404))

    def _receive_outcome(self, request_id: str, kind: str, body: bytes) -> None:
        if kind == "error":
            outcome = Outcome(_as_error(body), error="Unhandled")
        elif len(body) > MAX_PAYLOAD_BYTES:
            outcome = response_too_large(len(body))
        else:
            outcome = Outcome(body)
        if self._listener.on_outcome(request_id, outcome):
            self._reply(_ACCEPTED)
        else:
            self._reply(
                response(
                    400,
                    "content-type: application/json\r\n",
                    b'{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}',
                )
            )

    def _reply(self, data: bytes) -> None:
        if self._more_requests:
            self._deferred += data
        elif self._transport is not None:
            deferred, self._deferred = self._deferred, b""
            self._transport.write(deferred + data)


def _is_refused(request: Request) -> bool:
    """Return whether a request is refused; a process repeats its headers, so their results are cached."""
    headers = request.header_block
    if len(headers) > _MAX_CACHED_BYTES or not request.path.startswith("/"):
        return _ACCESS.refusal(request.path, parse_headers(headers)) is not None
    return _has_refused_headers(headers)


@lru_cache(maxsize=256)
def _has_refused_headers(block: bytes) -> bool:
    return _ACCESS.refusal("/", parse_headers(block)) is not None


def _as_error(body: bytes) -> bytes:
    """Return an error's body as the caller receives it: `{}` if the runtime sends invalid JSON."""
    try:
        json.loads(body)
    except ValueError:
        return b"{}"
    return body


def _trace_id(request_id: str) -> str:
    """Return a trace header that X-Ray's parsers accept; no trace is sampled."""
    digits = request_id.replace("-", "")
    return f"Root=1-{int(time.time()):08x}-{digits[:24]};Parent={digits[:16]};Sampled=0"
