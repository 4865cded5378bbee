"""Opens the socket: the three ways to bring a token, and every way to be turned away."""

from typing import Final, Literal, TypeAlias
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from threadcast_client.errors import BadAddress, ConnectionLost, HandshakeRefused, TimedOut

__all__ = ["AuthIn", "check_address", "open_socket"]

AuthIn: TypeAlias = Literal["query", "header", "subprotocol"]

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_MAX_FRAME_BYTES: Final = 1 << 20
_GOODBYE_S: Final = 2.0


def check_address(url: str) -> str:
    """Return the address if it is one to connect to; else raise `BadAddress`."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:  # a port that is none, an open bracket
        raise BadAddress(f"is none: {error}") from None
    if parts.scheme not in ("ws", "wss"):
        raise BadAddress("must begin with ws:// or wss://")
    if not host:
        raise BadAddress("names no host")
    if parts.fragment:
        raise BadAddress("must have no #fragment")
    return url


async def open_socket(url: str, token: str | None, auth_in: AuthIn, timeout_s: float) -> ClientConnection:
    """Return an open socket, its token in `?authentication=`, a header, or the pair `bearer, <token>`.

    Raises:
        BadAddress: The address is not one to connect to.
        HandshakeRefused: The server answered with something else than a WebSocket.
        ConnectionLost: Nobody listens there.
        TimedOut: No answer within `timeout_s`.
    """
    check_address(url)
    try:
        socket = await _connect(url, token, auth_in, timeout_s)
    except TimeoutError:
        raise TimedOut("the handshake", timeout_s) from None
    except OSError as error:
        raise ConnectionLost(None, _reason(error, url)) from error
    except InvalidStatus as error:
        answer = error.response
        raise HandshakeRefused(answer.status_code, answer.reason_phrase) from error
    except WebSocketException as error:
        raise HandshakeRefused(None, str(error)) from error
    if token is not None and auth_in == "subprotocol" and socket.subprotocol is None:
        await socket.close()
        # Browsers close a socket whose server passes over the subprotocols they named.
        raise HandshakeRefused(101, "the subprotocol bearer was not echoed")
    return socket


async def _connect(url: str, token: str | None, auth_in: AuthIn, timeout_s: float) -> ClientConnection:
    in_header = token is not None and auth_in == "header"
    in_protocol = token is not None and auth_in == "subprotocol"
    return await connect(
        _with_token(url, token) if auth_in == "query" else url,
        additional_headers={"Authorization": f"Bearer {token}"} if in_header else None,
        subprotocols=[Subprotocol("bearer"), Subprotocol(str(token))] if in_protocol else None,
        compression=None,  # API Gateway negotiates none
        open_timeout=timeout_s,
        close_timeout=min(timeout_s, _GOODBYE_S),
        max_size=_MAX_FRAME_BYTES,
        proxy=None if urlsplit(url).hostname in _LOOPBACK else True,
    )


def _with_token(url: str, token: str | None) -> str:
    if token is None:
        return url
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode({"authentication": token})]))
    return urlunsplit(parts._replace(query=query))


def _reason(error: OSError, url: str) -> str:
    """Say what the system said; its words for a closed port differ with how many addresses a name has."""
    if isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error):
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "wss" else 80)
        return f"nobody listens at {parts.hostname}:{port}"
    return error.strerror or str(error)
