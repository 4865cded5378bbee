"""The rule of every server that the gateway starts: which requests may come from a web page, without I/O.

Every page in the developer's browser can send requests to a server on this machine, WebSocket handshakes
included. The browser names the page in `Origin` (https://fetch.spec.whatwg.org/#origin-header). It omits that
header from a GET without CORS, such as an image's, but sends `Sec-Fetch-Site`
(https://www.w3.org/TR/fetch-metadata/), which clients other than browsers do not: Node.js's `fetch` sends
`Sec-Fetch-Mode` alone. A server that serves pages itself allows its own: `Origin` is then the scheme with the
`Host` of the request, and `Sec-Fetch-Site` is `same-origin`, or `none` for an address that the user entered.
A page whose own host name is made to resolve to this machine (DNS rebinding) has the
server's origin, but its requests have that name in `Host`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

__all__ = ["ANY_ORIGIN", "AccessRule", "Refusal"]

_OWN_SITES: Final = frozenset({"same-origin", "none"})
"""The values of `Sec-Fetch-Site` for a page's requests to its own origin, and for what the user opens."""

ANY_ORIGIN: Final = "*"
"""Allows the pages of every origin, as API Gateway does."""

_ORIGIN = re.compile(r"\*|null|[a-z][a-z0-9+.-]*://[^/?#@\s]*")
_AUTHORITY = re.compile(r"(\[[^\[\]]+\]|[^\[\]:@]+)(?::\d*)?")
_ABSOLUTE_TARGET = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)


class Refusal(StrEnum):
    """Why a request is refused, as its sender reads it."""

    FOREIGN_HOST = "The Host header does not name this machine."
    FOREIGN_PAGE = "Web pages are refused, except those of an allowed origin."


@dataclass(frozen=True, slots=True)
class AccessRule:
    """The host names of a server beside those of loopback, and the origins of the pages that it allows.

    `serves_pages`: the server's own pages are allowed. Names are in lower case. An origin is
    `scheme://host[:port]` or `null`, as a browser sends it, or `*`.

    Raises:
        ValueError: an origin has another form.

    """

    host_names: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    serves_pages: bool = False

    def __post_init__(self) -> None:
        """Check the form of the origins: one with a path would never equal a browser's."""
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not an origin: http://localhost:5173, null or *")

    def refusal(self, target: str, headers: Iterable[tuple[str, str]]) -> Refusal | None:
        """Return why a request is refused; None if it is allowed.

        `target` is the second word of the request line. An absolute one names a host too, which takes
        precedence over the header (RFC 9112, 3.2.2); both must be the server's.
        """
        hosts, origins, sites = [], set(), set()
        for name, value in headers:
            lowered = name.lower()
            if lowered == "host":
                hosts.append(value)
            elif lowered == "origin":
                origins.add(value)
            elif lowered == "sec-fetch-site":
                sites.add(value)
        if len(hosts) != 1 or not all(map(self._is_own, hosts + _hosts_in(target))):
            return Refusal.FOREIGN_HOST
        if not (origins or sites) or ANY_ORIGIN in self.origins:
            return None
        is_allowed = origins <= self._allowed_origins(hosts[0]) if origins else self._is_own_page(sites)
        return None if is_allowed else Refusal.FOREIGN_PAGE

    def _allowed_origins(self, host: str) -> frozenset[str]:
        own = {f"http://{host}", f"https://{host}"} if self.serves_pages else set()
        return self.origins | own

    def _is_own_page(self, sites: set[str]) -> bool:
        return self.serves_pages and sites <= _OWN_SITES

    def _is_own(self, authority: str) -> bool:
        """Return whether `host[:port]` is this server's; the port may be that of a forwarded one."""
        host = _host_of(authority)
        return host is not None and (host in self.host_names or _is_loopback(host))


def _hosts_in(target: str) -> list[str]:
    """Return the authority of an absolute target; nothing for the usual one, a path."""
    absolute = None if target.startswith("/") else _ABSOLUTE_TARGET.match(target)
    return [] if absolute is None else [absolute[1]]


@lru_cache(maxsize=64)
def _host_of(authority: str) -> str | None:
    found = _AUTHORITY.fullmatch(authority)
    return None if found is None else found[1].strip("[]").lower()


@lru_cache(maxsize=64)
def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
