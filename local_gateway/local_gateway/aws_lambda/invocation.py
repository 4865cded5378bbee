"""One call of a function, and what can come of it, worded as Lambda words it."""

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
    """What a call came to. `error` is None after success, else Lambda's X-Amz-Function-Error."""

    payload: bytes
    error: str | None = None

    def parsed(self) -> Any:
        """Read the payload as JSON; what isn't JSON comes as None."""
        try:
            return _decode(str(self.payload, "utf-8"))  # json.loads would guess the encoding of bytes first
        except ValueError:
            return None


@dataclass(slots=True, eq=False)
class Invocation:
    """One call: what goes in, and its outcome: as a future for coroutines, or by `then` for callbacks.

    Whoever waits may give up on `outcome` (cancel it, or set an exception); the call runs on, and
    `on_settled` is called once when it has truly ended.
    """

    payload: bytes
    client_context: str | None
    request_id: str
    on_settled: "Callable[[Invocation], None] | None" = None
    queued: float = field(default_factory=time.monotonic)
    began: float = 0.0
    """`time.monotonic()` when a process took it; 0.0 until then."""
    settled: bool = False
    _future: Future[Outcome] | None = None
    _then: "Callable[[Outcome], None] | None" = None
    _result: Outcome | None = None

    @property
    def outcome(self) -> Future[Outcome]:
        """The future of the outcome, made when somebody first asks for it."""
        if self._future is None:
            self._future = get_running_loop().create_future()
            if self._result is not None:
                self._future.set_result(self._result)
        return self._future

    def then(self, callback: "Callable[[Outcome], None]") -> None:
        """Call back with the outcome as soon as it is known: quicker than `outcome`, for one listener."""
        if self._result is not None:
            callback(self._result)
        else:
            self._then = callback

    def finish(self, outcome: Outcome) -> None:
        """End the call, unless it has ended already."""
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
        """Give the time since a process took the call."""
        return time.monotonic() - self.began


def failure(kind: str, message: str) -> Outcome:
    """Give an outcome that Lambda itself, and not the function, reports."""
    body = {"errorType": kind, "errorMessage": message}
    return Outcome(json.dumps(body, separators=(",", ":")).encode(), error="Unhandled")


def timed_out(request_id: str, timeout_s: float) -> Outcome:
    """Give the outcome of a call that was killed at its function's time-out."""
    return failure(
        "Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {timeout_s:.2f} seconds"
    )


def crashed(request_id: str, returncode: int) -> Outcome:
    """Give the outcome of a call whose process ended; a negative code is a signal's number."""
    if returncode == 0:
        reason = "Runtime exited without providing a reason"
    elif returncode < 0:
        reason = f"Runtime exited with error: signal: {_signal_name(-returncode)}"
    else:
        reason = f"Runtime exited with error: exit status {returncode}"
    return failure("Runtime.ExitError", f"RequestId: {request_id} Error: {reason}")


def response_too_large(size: int) -> Outcome:
    """Give the outcome of a call whose response is over the limit of 6 MB."""
    return failure(
        "Function.ResponseSizeTooLarge",
        f"Response payload size ({size} bytes) exceeded maximum allowed payload size "
        f"({MAX_PAYLOAD_BYTES} bytes).",
    )


def _signal_name(number: int) -> str:
    """Name a signal as Go's runtime, which Lambda's own texts come from, does."""
    names = {6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}
    return names.get(number, f"signal {number}")
