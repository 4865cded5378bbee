"""A folder that the gateway serves beside the WebSocket API, and what its pages may do."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from websockets.exceptions import InvalidStatus
from websockets.protocol import State
from websockets.sync.client import connect
from websockets.typing import Origin
from yarl import URL

from local_gateway import Gateway, LambdaSettings, running_gateway

CHAT = Path(__file__).parent / "stacks" / "chat" / "template.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    (made / "secret.txt").write_text("outside")
    served = made / "served"
    (served / "assets").mkdir(parents=True)
    (served / "index.html").write_text("<!doctype html><title>A page</title>")
    (served / "assets" / "style.css").write_text("body {}")
    (served / "link.txt").symlink_to(made / "secret.txt")
    return served


@pytest.fixture(scope="module")
def gateway(folder: Path) -> Iterator[Gateway]:
    with running_gateway(CHAT, functions=LambdaSettings(warm=False), static=folder) as running:
        yield running


def fetched(gateway: Gateway, path: str, headers: dict[str, str] | None = None) -> tuple[int, str, str]:
    async def fetch() -> tuple[int, str, str]:
        url = URL(gateway.lambda_url + path, encoded=True)
        async with ClientSession() as session, session.get(url, headers=headers) as response:
            return response.status, response.content_type, await response.text()

    return asyncio.run(fetch())


@pytest.mark.parametrize(
    ("path", "content_type", "text"),
    [
        ("/", "text/html", "<!doctype html><title>A page</title>"),
        ("/index.html", "text/html", "<!doctype html><title>A page</title>"),
        ("/assets/style.css", "text/css", "body {}"),
    ],
)
def test_a_file_is_served_with_its_type(gateway: Gateway, path: str, content_type: str, text: str) -> None:
    assert fetched(gateway, path) == (200, content_type, text)


@pytest.mark.parametrize(
    "path", ["/missing.html", "/assets", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/link.txt"]
)
def test_nothing_else_is_served(gateway: Gateway, path: str) -> None:
    status, _, text = fetched(gateway, path)

    assert status == 404
    assert "outside" not in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_browser_gets_a_file_for_the_user_and_for_the_page_itself(
    gateway: Gateway, headers: dict[str, str], status: int
) -> None:
    assert fetched(gateway, "/assets/style.css", headers)[0] == status


def test_the_page_itself_opens_a_websocket_and_a_page_of_another_port_does_not(gateway: Gateway) -> None:
    with connect(gateway.websocket_url, origin=Origin(gateway.lambda_url)) as socket:
        assert socket.state is State.OPEN

    with pytest.raises(InvalidStatus, match="403"):
        connect(gateway.websocket_url, origin=Origin("http://127.0.0.1:1"))
