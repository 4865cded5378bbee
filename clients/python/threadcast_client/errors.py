"""Every error that the client raises, in one tree.

ClientError
├── BadAddress         the URL is not a valid endpoint address
├── HandshakeRefused   the server answered the handshake without opening a WebSocket
├── ConnectionLost     the socket is closed, or no server listens at the address
├── TurnFailed         the request ended with an error frame
├── BadFrame           the server sent a message that is not a JSON object
└── TimedOut           a wait exceeded its timeout
"""

from typing import Any

__all__ = [
    "BadAddress",
    "BadFrame",
    "ClientError",
    "ConnectionLost",
    "HandshakeRefused",
    "TimedOut",
    "TurnFailed",
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
    """The request ended with an error frame.

    Attributes:
        frame: The whole frame, or API Gateway's own `{"message", "connectionId", "requestId"}`.
    """

    def __init__(self, frame: dict[str, Any]) -> None:
        super().__init__(frame)
        self.frame = frame

    @property
    def code(self) -> str | None:
        """The error code of the wire contract; None in a frame from API Gateway itself."""
        code: str | None = (self.frame.get("error") or {}).get("code")
        return code

    @property
    def message(self) -> str:
        """The error message, which is safe to show to a user."""
        return str((self.frame.get("error") or self.frame).get("message", ""))

    def __str__(self) -> str:
        return f"{self.code or 'API Gateway'}: {self.message}"


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
