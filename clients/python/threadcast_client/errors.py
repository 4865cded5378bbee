"""Every error that the client raises, in one tree.

ClientError
├── BadAddress         the URL is not a valid endpoint address
├── HandshakeRefused   the server answered the handshake without opening a WebSocket
├── ConnectionLost     the socket is closed, or no server listens at the address
├── TurnFailed         the request ended with an error frame; one subclass for each code:
│   ├── BadRequest, Unauthorized, NotFound, Conflict, InternalServerError
│   └── TooManyRequests
├── BadFrame           the server sent a message that is not a JSON object
└── TimedOut           a wait exceeded its timeout
"""

from typing import Any, Final

from threadcast_client.protocol.generated_types import BudgetLeft, ErrorCode

__all__ = [
    "BadAddress",
    "BadFrame",
    "BadRequest",
    "ClientError",
    "Conflict",
    "ConnectionLost",
    "HandshakeRefused",
    "InternalServerError",
    "NotFound",
    "TimedOut",
    "TooManyRequests",
    "TurnFailed",
    "Unauthorized",
    "request_error",
]


class ClientError(Exception):
    """The base class of all errors of this package."""


class BadAddress(ClientError):
    """The URL is not a valid endpoint address.

    Attributes:
        why: The problem, as a predicate ("names no host"); it never contains the token.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"the address {self.why}"


class HandshakeRefused(ClientError):
    """The server answered the handshake without opening a WebSocket.

    Attributes:
        status: The HTTP status: 401 or 403 for a rejected token, 429 for too many open connections or
            handshakes (try again after a growing pause), 502 when `$connect` failed; None when the answer
            was not valid HTTP; 101 when the socket opened without the requested subprotocol.
        reason: The reason phrase, or a description of the problem.
    """

    def __init__(self, status: int | None, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason

    def __str__(self) -> str:
        status = "" if self.status is None else f" ({self.status})"
        return f"the server refused the connection{status}: {self.reason}"


class ConnectionLost(ClientError):
    """There is no open socket.

    Attributes:
        code: The close code (1001 after 10 idle minutes or 2 hours, 1009 for a frame too large, …); 1006
            when the socket closed without a close frame; None when the connection was never open.
        reason: The reason in the close frame, or the operating system's message.
    """

    def __init__(self, code: int | None, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        reason = self.reason or "no reason given"
        if self.code is None:
            return f"no connection: {reason}"
        return f"the connection is closed ({self.code}): {reason}"


class TurnFailed(ClientError):
    """The request ended with an error frame. A code without a subclass, or none, gives this class itself.

    Attributes:
        frame: The whole frame, or API Gateway's own `{"message", "connectionId", "requestId"}`.
    """

    def __init__(self, frame: dict[str, Any]) -> None:
        super().__init__(frame)
        self.frame = frame

    @property
    def error(self) -> dict[str, Any]:
        """The frame's `error`; empty in a frame from API Gateway itself."""
        return self.frame.get("error") or {}

    @property
    def code(self) -> str | None:
        """The error code of the wire contract; None in a frame from API Gateway itself."""
        return self.error.get("code")

    @property
    def message(self) -> str:
        """The error message, which is safe to show to a user."""
        return str((self.error or self.frame).get("message", ""))

    def __str__(self) -> str:
        return f"{self.code or 'API Gateway'}: {self.message}"


class BadRequest(TurnFailed):
    """The request is not valid; the message names the first fault."""


class Unauthorized(TurnFailed):
    """The user can see the object, and cannot change it."""


class NotFound(TurnFailed):
    """The object does not exist, or the user cannot see it."""


class Conflict(TurnFailed):
    """The object is in use: another turn of the chat is running."""


class InternalServerError(TurnFailed):
    """The server failed; the message has a reference id that the server's log also has."""


class TooManyRequests(TurnFailed):
    """A quota or the month's budget is exhausted."""

    @property
    def retry_after_s(self) -> float | None:
        """When to send the same request again, in seconds from now; None where the server does not know."""
        return self.error.get("retry_after_s")

    @property
    def budget(self) -> BudgetLeft | None:
        """What is left of the month's budget; None where a quota refused the request."""
        return self.error.get("budget")


_BY_CODE: Final[dict[ErrorCode, type[TurnFailed]]] = {
    "BAD_REQUEST": BadRequest,
    "UNAUTHORIZED": Unauthorized,
    "NOT_FOUND": NotFound,
    "CONFLICT": Conflict,
    "TOO_MANY_REQUESTS": TooManyRequests,
    "INTERNAL_SERVER_ERROR": InternalServerError,
}


def request_error(frame: dict[str, Any]) -> TurnFailed:
    """Return the error of an error frame, or of API Gateway's own frame, in the class of its code."""
    failed = TurnFailed(frame)
    return next((kind(frame) for code, kind in _BY_CODE.items() if code == failed.code), failed)


class BadFrame(ClientError):
    """The server sent a message that is not a JSON object.

    Attributes:
        text: The beginning of the message.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"the server sent a message that is not a JSON object: {self.text!r}"


class TimedOut(ClientError):
    """A wait exceeded its timeout.

    Attributes:
        what: What was awaited.
        timeout_s: The timeout.
    """

    def __init__(self, what: str, timeout_s: float) -> None:
        super().__init__(what, timeout_s)
        self.what = what
        self.timeout_s = timeout_s

    def __str__(self) -> str:
        return f"timed out after {self.timeout_s:g} s waiting for {self.what}"
