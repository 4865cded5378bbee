"""Requests with the headers that browsers send, and one connection to send them on.

A page chooses the body, the content type and the method; the browser adds Host, Origin and Sec-Fetch-* as the
Fetch and Fetch Metadata standards require.
"""

import json
import socket
import ssl
from dataclasses import dataclass, field
from http.client import HTTPResponse
from typing import Any

__all__ = ["CHROME", "EVIL", "PAGES", "Page", "Response", "Server", "request", "send"]

EVIL = "https://evil.example"

CHROME = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-US,en;q=0.9",
}
_CROSS_SITE = {"Sec-Fetch-Site": "cross-site"}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page makes the browser send. OWN in a value is the server's `host:port`."""

    method: str
    headers: dict[str, str] = field(default_factory=dict)
    host: str = "OWN"


PAGES = {
    "fetch without CORS": Page(
        "POST",
        {
            "Content-Type": "text/plain;charset=UTF-8",
            "Accept": "*/*",
            "Origin": EVIL,
            **_CROSS_SITE,
            "Sec-Fetch-Mode": "no-cors",
            "Sec-Fetch-Dest": "empty",
            "Referer": f"{EVIL}/",
        },
    ),
    "form": Page(
        "POST",
        {
            "Content-Type": "text/plain",
            "Upgrade-Insecure-Requests": "1",
            "Accept": "text/html,application/xhtml+xml",
            "Origin": EVIL,
            **_CROSS_SITE,
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-User": "?1",
            "Sec-Fetch-Dest": "document",
        },
    ),
    "sandboxed frame, or page without a referrer": Page(
        "POST",
        {
            "Content-Type": "text/plain",
            "Origin": "null",
            **_CROSS_SITE,
            "Sec-Fetch-Mode": "no-cors",
            "Sec-Fetch-Dest": "empty",
        },
    ),
    "preflight": Page(
        "OPTIONS",
        {
            "Accept": "*/*",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,x-amz-target",
            "Access-Control-Request-Private-Network": "true",
            "Origin": EVIL,
            **_CROSS_SITE,
            "Sec-Fetch-Mode": "cors",
            "Sec-Fetch-Dest": "empty",
        },
    ),
    "image": Page(
        "GET",
        {"Accept": "image/avif,*/*", **_CROSS_SITE, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    ),
    "link": Page("GET", {**_CROSS_SITE, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}),
    "address bar": Page(
        "GET", {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    ),
    "page of another local port": Page(
        "POST",
        {
            "Content-Type": "text/plain",
            "Origin": "http://localhost:5173",
            "Sec-Fetch-Site": "same-site",
            "Sec-Fetch-Mode": "no-cors",
            "Sec-Fetch-Dest": "empty",
        },
    ),
    "page of the server's own port": Page(
        "POST",
        {
            "Content-Type": "text/plain",
            "Origin": "http://OWN",
            "Sec-Fetch-Site": "same-origin",
            "Sec-Fetch-Mode": "cors",
            "Sec-Fetch-Dest": "empty",
        },
    ),
    "browser without fetch metadata": Page("POST", {"Content-Type": "text/plain", "Origin": EVIL}),
    "rebound name, POST": Page(
        "POST", {"Content-Type": "text/plain", "Origin": "http://evil.example:PORT"}, "evil.example:PORT"
    ),
    "rebound name, GET": Page(
        "GET", {"Accept": "*/*", "Referer": "http://evil.example/"}, "evil.example:PORT"
    ),
    "rebound name through a proxy": Page("GET", {"Accept": "*/*"}, "evil.example"),
    "the unspecified address": Page("GET", {"Accept": "*/*"}, "0.0.0.0:PORT"),
}


@dataclass(frozen=True, slots=True)
class Server:
    """A listener of this machine, with a request target and a body that it would act on."""

    host: str
    port: int
    target: str = "/"
    body: bytes = b""
    tls: ssl.SSLContext | None = None

    def connect(self) -> socket.socket:
        """Open a connection."""
        plain = socket.create_connection((self.host, self.port), timeout=60)
        return plain if self.tls is None else self.tls.wrap_socket(plain, server_hostname=self.host)

    def request_of(self, page: Page) -> bytes:
        """Return what the browser sends for a page."""
        own = f"{self.host}:{self.port}"
        values = {"Host": page.host, "Connection": "keep-alive", **CHROME, **page.headers}
        headers = {
            name: value.replace("OWN", own).replace("PORT", str(self.port)) for name, value in values.items()
        }
        return request(page.method, self.target, headers, self.body if page.method == "POST" else b"")


@dataclass(frozen=True, slots=True)
class Response:
    """A response; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> Any:
        """The `message` of a JSON body; None without one."""
        return json.loads(self.body).get("message") if self.body else None

    @property
    def cors_headers(self) -> list[str]:
        """The names of the headers that would let a page read the response, or send another request."""
        return [name for name in self.headers if name.startswith("access-control-")]


def request(
    method: str, target: str, headers: dict[str, str], body: bytes = b"", version: str = "HTTP/1.1"
) -> bytes:
    """Return a request's bytes."""
    length = {"Content-Length": str(len(body))} if method == "POST" else {}
    lines = [f"{name}: {value}" for name, value in {**headers, **length}.items()]
    return "\r\n".join([f"{method} {target} {version}", *lines, "", ""]).encode() + body


def send(server: Server, *requests: bytes) -> list[Response]:
    """Send requests one after another on one connection; return the responses until it closes."""
    responses = []
    with server.connect() as connection:
        for each in requests:
            connection.sendall(each)
            received = HTTPResponse(connection, method=each.split(b" ", 1)[0].decode())
            received.begin()
            names = {name.lower(): value for name, value in received.getheaders()}
            responses.append(Response(received.status, names, received.read()))
            if received.will_close:
                break
    return responses
