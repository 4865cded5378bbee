"""Every error that the client raises, in one tree.

ClientError
├── BadAddress         the address is not one to connect to
├── HandshakeRefused   the server did not let us in; `status` says how
├── ConnectionLost     the socket is closed, or nobody listens there
├── TurnFailed         the request ended in an error frame
├── BadFrame           the server sent what is not a JSON object
└── TimedOut           what was waited for did not come in time
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
    """The base of everything that the client raises on purpose."""


class BadAddress(ClientError):
    """The address is not one to connect to; `why` says what is wrong, without repeating a token in it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"the address {self.why}"


class HandshakeRefused(ClientError):
    """The server answered, but did not open a WebSocket.

    Attributes:
        status: The HTTP status (401 and 403 for a token, 502 for a crash in `$connect`); None when the
            answer was no proper one; 101 when the socket opened without the subprotocol that was asked for.
        reason: What was wrong, for people.
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
        code: The close code (1001 idle or two hours old, 1009 frame too large …); 1006 when the socket went
            without a goodbye; None when nobody listened there at all.
        reason: What the other side gave as reason, or what the system said.
    """

    def __init__(self, code: int | None, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        reason = self.reason or "no reason given"
        if self.code is None:
            return f"no connection: {reason}"
        return f"the connection is gone ({self.code}): {reason}"


class TurnFailed(ClientError):
    """The request ended in an error.

    Attributes:
        frame: The whole frame, or API Gateway's own `{"message", "connectionId", "requestId"}`.
    """

    def __init__(self, frame: dict[str, Any]) -> None:
        super().__init__(frame)
        self.frame = frame

    @property
    def code(self) -> str | None:
        """The contract's error code; None when it was API Gateway that spoke."""
        code: str | None = (self.frame.get("error") or {}).get("code")
        return code

    @property
    def message(self) -> str:
        """The sentence for people."""
        return str((self.frame.get("error") or self.frame).get("message", ""))

    def __str__(self) -> str:
        return f"{self.code or 'API Gateway'}: {self.message}"


class BadFrame(ClientError):
    """The server sent something that is not a JSON object; `text` is its beginning."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"the server sent no JSON object: {self.text!r}"


class TimedOut(ClientError):
    """`what` did not come within `timeout_s` seconds."""

    def __init__(self, what: str, timeout_s: float) -> None:
        super().__init__(what, timeout_s)
        self.what = what
        self.timeout_s = timeout_s

    def __str__(self) -> str:
        return f"{self.what} did not come within {self.timeout_s:g} s"
