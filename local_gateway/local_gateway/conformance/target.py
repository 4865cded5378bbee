"""The deployment under test, as a client of its WebSocket URL and of `@connections` sees it."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

__all__ = ["Target", "closed_with"]

_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Target:
    """One deployment of the probe application: `url` with its stage, `management_url` of `@connections`."""

    url: str
    management_url: str
    region: str = "us-east-1"

    @contextmanager
    def connection(self, **query: str) -> Iterator[ClientConnection]:
        """Open a connection; `query` overrides `access=allow`."""
        with self._connect(self.url, query) as client:
            yield client

    def handshake_status(self, url: str | None = None, **query: str) -> int:
        """Return the status of a handshake: 101 if it succeeds."""
        try:
            with self._connect(url or self.url, query):
                return HTTPStatus.SWITCHING_PROTOCOLS
        except InvalidStatus as problem:
            return problem.response.status_code

    def rejection(self, **query: str) -> str:
        """Return the body of the response to a handshake that fails; empty if it succeeds."""
        try:
            with self._connect(self.url, query):
                return ""
        except InvalidStatus as problem:
            return bytes(problem.response.body or b"").decode(errors="replace")

    def handshake(self, subprotocols: list[Any] | None = None, **query: str) -> tuple[str | None, str]:
        """Return the subprotocol and the extensions that the server accepts."""
        with self._connect(self.url, query, subprotocols=subprotocols) as client:
            response = client.response
            extensions = "" if response is None else response.headers.get("Sec-WebSocket-Extensions", "")
            return client.subprotocol, extensions

    def ask(self, client: ClientConnection, message: dict[str, Any]) -> dict[str, Any]:
        """Send a message; return the next frame as JSON."""
        client.send(json.dumps(message))
        return self.frame(client)

    def frame(self, client: ClientConnection) -> dict[str, Any]:
        """Return the next frame as JSON; a frame of another form under the key `text`."""
        text = client.recv(timeout=_TIMEOUT_S)
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = None
        return parsed if isinstance(parsed, dict) else {"text": text}

    def own_id(self, client: ClientConnection) -> str:
        """Return a connection's id, by its event."""
        event = self.ask(client, {"do": "event"})["event"]
        return str(event["requestContext"]["connectionId"])

    def manage(self, operation: str, connection_id: str, **arguments: Any) -> tuple[int, str]:
        """Call `@connections` through boto3; return the status and the error's name, empty after success."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - slow

        try:
            answer = getattr(self._client, operation)(ConnectionId=connection_id, **arguments)
        except ClientError as problem:
            status = problem.response["ResponseMetadata"]["HTTPStatusCode"]
            return int(status), type(problem).__name__
        return int(answer["ResponseMetadata"]["HTTPStatusCode"]), ""

    def describe(self, connection_id: str) -> dict[str, Any]:
        """Return the answer of GetConnection."""
        answer: dict[str, Any] = self._client.get_connection(ConnectionId=connection_id)
        return answer

    def unsigned_post(self, url: str) -> tuple[int, str]:
        """Post without a signature; return the status and the body."""
        request = urllib.request.Request(url, b"x", method="POST")  # noqa: S310 - the user's own target
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - the same
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, problem.read().decode(errors="replace")

    @cached_property
    def _client(self) -> Any:
        import boto3  # noqa: PLC0415 - slow
        from botocore.config import Config  # noqa: PLC0415 - the same

        session = boto3.Session(region_name=self.region)
        if session.get_credentials() is None:
            session = boto3.Session("probe", "probe", region_name=self.region)
        config = Config(retries={"total_max_attempts": 1})
        return session.client("apigatewaymanagementapi", endpoint_url=self.management_url, config=config)

    def _connect(self, url: str, query: dict[str, str], **options: Any) -> ClientConnection:
        given = {name: value for name, value in {"access": "allow", **query}.items() if value}
        client: ClientConnection = connect(
            f"{url}?{urllib.parse.urlencode(given)}", open_timeout=_TIMEOUT_S, max_size=None, **options
        )
        return client


def closed_with(client: ClientConnection) -> tuple[int, str]:
    """Wait until the server closes the connection; return its code and reason."""
    try:
        while True:
            client.recv(timeout=_TIMEOUT_S)
    except ConnectionClosed as problem:
        return (1006, "") if problem.rcvd is None else (problem.rcvd.code, problem.rcvd.reason)
