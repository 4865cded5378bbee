"""Lambda's Runtime API for one function process: hands it calls, takes their results.

Every process gets a listener of its own, since nothing in the protocol says who asks.
Protocol: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import json
import time
from typing import Protocol

from local_gateway.aws_lambda.invocation import (
    MAX_PAYLOAD_BYTES,
    Invocation,
    Outcome,
    response_too_large,
)
from local_gateway.aws_lambda.runtime_http import MalformedRequest, Request, RequestReader, response

__all__ = ["RuntimeConnection", "RuntimeListener"]

_ACCEPTED = response(202, "content-type: application/json\r\n", b'{"status":"OK"}\n')
_INVOCATION = "/2018-06-01/runtime/invocation/"


class RuntimeListener(Protocol):
    """Who is told what a function's process says."""

    def on_poll(self, connection: "RuntimeConnection") -> None:
        """Note that the process is ready for a call, which goes to `connection.send`."""

    def on_outcome(self, request_id: str, outcome: Outcome) -> bool:
        """Take a call's outcome; False if that call is not the process's own."""

    def on_init_error(self, outcome: Outcome) -> None:
        """Note that the function's module could not be loaded."""


class RuntimeConnection(asyncio.Protocol):
    """One connection from a function's process."""

    def __init__(self, listener: RuntimeListener) -> None:
        self._listener = listener
        self._reader = RequestReader()
        self._transport: asyncio.Transport | None = None
        self._held = b""
        self._more_to_come = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget the transport (asyncio calls this): a poll that waits here is dead."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Answer what the process asks (asyncio calls this)."""
        try:
            requests = self._reader.feed(data)
        except MalformedRequest:
            self._reply(response(400))
            self.close()
            return
        for left, request in enumerate(requests, 1 - len(requests)):
            # An answer with a poll right behind it waits for that poll's: one packet, one switch less.
            self._more_to_come = left < 0
            self._route(request)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def send(self, invocation: Invocation, function_arn: str, timeout_s: float) -> bool:
        """Hand a call to the process that polls here; False if it is gone."""
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
        held, self._held = self._held, b""
        self._transport.write(held + response(200, headers, invocation.payload))
        return True

    def _route(self, request: Request) -> None:
        if request.path.startswith(_INVOCATION):
            rest = request.path[len(_INVOCATION) :]
            if rest == "next":
                self._listener.on_poll(self)
                return
            request_id, _, kind = rest.partition("/")
            if kind in {"response", "error"}:
                self._take_outcome(request_id, kind, request.body)
                return
        if request.path == "/2018-06-01/runtime/init/error":
            self._listener.on_init_error(Outcome(_as_error(request.body), error="Unhandled"))
            self._reply(_ACCEPTED)
            return
        self._reply(response(404))

    def _take_outcome(self, request_id: str, kind: str, body: bytes) -> None:
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
        if self._more_to_come:
            self._held += data
        elif self._transport is not None:
            held, self._held = self._held, b""
            self._transport.write(held + data)


def _as_error(body: bytes) -> bytes:
    """Give an error's body as Lambda gives it to the caller: valid JSON, whatever the runtime sent."""
    try:
        json.loads(body)
    except ValueError:
        return b"{}"
    return body


def _trace_id(request_id: str) -> str:
    """Make a trace header that X-Ray's parsers accept; nothing is sampled."""
    digits = request_id.replace("-", "")
    return f"Root=1-{int(time.time()):08x}-{digits[:24]};Parent={digits[:16]};Sampled=0"
