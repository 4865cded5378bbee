"""Open the WebSocket: pass the token in one of three places, and map each failure to a client error."""

from typing import Final, Literal, TypeAlias
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from threadcast_client.errors import BadAddress, ConnectionLost, HandshakeRefused, TimedOut

__all__ = ["AuthIn", "check_address", "open_socket"]

AuthIn: TypeAlias = Literal["query", "header", "subprotocol"]
"""The part of the handshake request that carries the token."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_MAX_FRAME_BYTES: Final = 1 << 20
_MAX_CLOSE_TIMEOUT_S: Final = 2.0


def check_address(url: str) -> str:
    """Return the URL unchanged if it is a valid endpoint address; otherwise raise `BadAddress`."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:  # a port out of range, an unclosed bracket
        raise BadAddress(f"is not valid: {error}") from None
    if parts.scheme not in ("ws", "wss"):
        raise BadAddress("must begin with ws:// or wss://")
    if not host:
        raise BadAddress("names no host")
    if parts.fragment:
        raise BadAddress("must have no #fragment")
    return url


async def open_socket(url: str, token: str | None, auth_in: AuthIn, timeout_s: float) -> ClientConnection:
    """Return an open socket.

    The token goes into the query parameter `authentication`, into the header `Authorization`, or into the
    pair of subprotocols `bearer, <token>`.

    Raises:
        BadAddress: The URL is not a valid endpoint address.
        HandshakeRefused: The server answered without opening a WebSocket.
        ConnectionLost: No server listens at the address.
        TimedOut: The server did not answer within `timeout_s`.
    """
    check_address(url)
    try:
        socket = await _connect(url, token, auth_in, timeout_s)
    except TimeoutError:
        raise TimedOut("the handshake", timeout_s) from None
    except OSError as error:
        raise ConnectionLost(None, _reason(error, url)) from error
    except InvalidStatus as error:
        response = error.response
        raise HandshakeRefused(response.status_code, response.reason_phrase) from error
    except WebSocketException as error:
        raise HandshakeRefused(None, str(error)) from error
    if token is not None and auth_in == "subprotocol" and socket.subprotocol is None:
        await socket.close()
        # Browsers fail a connection whose response selects none of the requested subprotocols.
        raise HandshakeRefused(101, "the server did not select the subprotocol bearer")
    return socket


async def _connect(url: str, token: str | None, auth_in: AuthIn, timeout_s: float) -> ClientConnection:
    in_header = token is not None and auth_in == "header"
    in_subprotocol = token is not None and auth_in == "subprotocol"
    return await connect(
        _with_token(url, token) if auth_in == "query" else url,
        additional_headers={"Authorization": f"Bearer {token}"} if in_header else None,
        subprotocols=[Subprotocol("bearer"), Subprotocol(str(token))] if in_subprotocol else None,
        compression=None,  # API Gateway negotiates none
        open_timeout=timeout_s,
        close_timeout=min(timeout_s, _MAX_CLOSE_TIMEOUT_S),
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
    """Return the system's message, or a fixed one for a closed port.

    asyncio words a refused connection differently when the host name has several addresses.
    """
    if isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error):
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "wss" else 80)
        return f"no server listens at {parts.hostname}:{port}"
    return error.strerror or str(error)
