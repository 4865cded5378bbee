"""A WebSocket handshake: what the client sent, and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

__all__ = ["Handshake", "HandshakeAccepted", "HandshakeRejected", "reason_phrase"]


@dataclass(frozen=True, slots=True)
class Handshake:
    """The client's request to open a connection. Pairs keep their order and repetition."""

    source_ip: str
    headers: Sequence[tuple[str, str]] = ()
    query: Sequence[tuple[str, str]] = ()

    def header(self, name: str) -> str | None:
        """Return the last header with this case-insensitive name; None if there is none."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class HandshakeAccepted:
    """The handshake succeeds. `subprotocol` is the one that `$connect` chose; None if it chose none."""

    subprotocol: str | None = None


@dataclass(frozen=True, slots=True)
class HandshakeRejected(Exception):
    """The handshake fails with this HTTP status and body.

    A `message` of None becomes JSON's null; an empty `error_type` omits the `x-amzn-ErrorType` header.
    """

    status: int
    message: str | None
    error_type: str


def reason_phrase(status: int) -> str:
    """Return the standard reason phrase of an HTTP status; an unknown status has an empty one."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
