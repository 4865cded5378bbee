"""One invocation of a function, and its outcomes in Lambda's wording."""

import json
import time
from asyncio import Future, get_running_loop
from collections.abc import Callable  # noqa: TC003 - dataclasses read annotations
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "MAX_EVENT_BYTES",
    "MAX_PAYLOAD_BYTES",
    "Invocation",
    "Outcome",
    "crashed",
    "failure",
    "response_too_large",
    "timed_out",
]

MAX_PAYLOAD_BYTES = 6_291_556
"""Request and response of a synchronous invocation: 6 MB, which is this many bytes in Lambda's own
error text (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""

MAX_EVENT_BYTES = 1_048_576
"""Payload of an asynchronous invocation: 1 MB (the service model of Invoke)."""

_decode = json.JSONDecoder().decode


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of an invocation. `error` is None after success, else Lambda's X-Amz-Function-Error."""

    payload: bytes
    error: str | None = None

    def parsed(self) -> Any:
        """Return the payload parsed as JSON; None if it is not JSON."""
        try:
            return _decode(str(self.payload, "utf-8"))  # json.loads would first detect the encoding
        except ValueError:
            return None


@dataclass(slots=True, eq=False)
class Invocation:
    """One invocation: its input, and its outcome as a future (`outcome`) or through a callback (`then`).

    A caller may cancel `outcome` or set an exception on it: the function continues to run, and
    `on_settled` is called once when the invocation ends.
    """

    payload: bytes
    client_context: str | None
    request_id: str
    on_settled: "Callable[[Invocation], None] | None" = None
    queued: float = field(default_factory=time.monotonic)
    began: float = 0.0
    """`time.monotonic()` when a process received it; 0.0 until then."""
    settled: bool = False
    _future: Future[Outcome] | None = None
    _then: "Callable[[Outcome], None] | None" = None
    _result: Outcome | None = None

    @property
    def outcome(self) -> Future[Outcome]:
        """The future of the outcome, created on first access."""
        if self._future is None:
            self._future = get_running_loop().create_future()
            if self._result is not None:
                self._future.set_result(self._result)
        return self._future

    def then(self, callback: "Callable[[Outcome], None]") -> None:
        """Call back with the outcome at once when it is known: faster than `outcome`, for one callback."""
        if self._result is not None:
            callback(self._result)
        else:
            self._then = callback

    def finish(self, outcome: Outcome) -> None:
        """Set the outcome, unless the invocation has ended already."""
        if self.settled:
            return
        self.settled = True
        if self.on_settled is not None:
            self.on_settled(self)
        self._result = outcome
        if self._then is not None:
            self._then(outcome)
        if self._future is not None and not self._future.done():
            self._future.set_result(outcome)

    def duration_s(self) -> float:
        """Return the time since a process received the invocation."""
        return time.monotonic() - self.began


def failure(kind: str, message: str) -> Outcome:
    """Return the outcome of an error that Lambda itself reports, not the function."""
    body = {"errorType": kind, "errorMessage": message}
    return Outcome(json.dumps(body, separators=(",", ":")).encode(), error="Unhandled")


def timed_out(request_id: str, timeout_s: float) -> Outcome:
    """Return the outcome of an invocation that exceeds its function's timeout."""
    return failure(
        "Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {timeout_s:.2f} seconds"
    )


def crashed(request_id: str, returncode: int) -> Outcome:
    """Return the outcome of an invocation whose process exits; a negative code is a signal's number."""
    if returncode == 0:
        reason = "Runtime exited without providing a reason"
    elif returncode < 0:
        reason = f"Runtime exited with error: signal: {_signal_name(-returncode)}"
    else:
        reason = f"Runtime exited with error: exit status {returncode}"
    return failure("Runtime.ExitError", f"RequestId: {request_id} Error: {reason}")


def response_too_large(size: int) -> Outcome:
    """Return the outcome of an invocation whose response exceeds the limit of 6 MB."""
    return failure(
        "Function.ResponseSizeTooLarge",
        f"Response payload size ({size} bytes) exceeded maximum allowed payload size "
        f"({MAX_PAYLOAD_BYTES} bytes).",
    )


def _signal_name(number: int) -> str:
    """Return a signal's name in the wording of Go's runtime, which Lambda's messages use."""
    names = {6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}
    return names.get(number, f"signal {number}")
