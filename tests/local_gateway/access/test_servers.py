"""Every listener of a gateway: what a web page may send to it, with the headers that browsers send."""

import asyncio
import json
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from local_gateway import Gateway, running_gateway
from local_gateway.dynamodb.emulator import DynamoDBEmulator
from tests.local_gateway.access.browser_requests import EVIL, PAGES, Page, Server, request, send
from tests.local_gateway.aws_requests import bare_request, lambda_client
from tests.local_gateway.conftest import STACKS

RAN = "run by a page"
ACT = json.dumps({"do": "print", "text": RAN}).encode()

LIST_TABLES = {
    "Host": "127.0.0.1",
    "X-Amz-Target": "DynamoDB_20120810.ListTables",
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20240101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=local",
}
SERVERS = ["gateway", "gateway by TLS", "Runtime API", "DynamoDB"]


@pytest.fixture(scope="module")
def servers(behaviour: Gateway) -> Iterator[dict[str, Server]]:
    with ExitStack() as closing:
        emulator = DynamoDBEmulator()
        closing.callback(emulator.close)
        emulator.start()
        dynamodb = urlsplit(asyncio.run(emulator.endpoint()))
        (domain,) = behaviour._server.endpoints.hosts.values()
        trusted = ssl.create_default_context(cafile=behaviour.client_environment["AWS_CA_BUNDLE"])
        invoke = f"/2015-03-31/functions/{behaviour.function_name('Actor')}/invocations"
        runtime = invoked(behaviour, do="environment")["AWS_LAMBDA_RUNTIME_API"]
        yield {
            "gateway": server_at(urlsplit(behaviour.lambda_url).netloc, invoke, ACT),
            "gateway by TLS": server_at(domain, invoke, ACT, trusted),
            "Runtime API": server_at(runtime, "/2018-06-01/runtime/invocation/next", b"{}"),
            "DynamoDB": server_at(dynamodb.netloc, "/", b"{}"),
        }


def server_at(address: str, target: str, body: bytes, tls: ssl.SSLContext | None = None) -> Server:
    host, _, port = address.partition(":")
    return Server(host, int(port), target, body, tls)


def invoked(gateway: Gateway, **event: object) -> Any:
    name = gateway.function_name("Actor")
    payload = json.dumps(event).encode()
    return json.loads(lambda_client(gateway).invoke(FunctionName=name, Payload=payload)["Payload"].read())


def signed(server: Server, host: str, **more: str) -> bytes:
    """Return a request that the server carries out if it allows the host."""
    known = {"Host": host, "X-Amz-Target": "DynamoDB_20120810.ListTables", **more}
    if server.target.startswith("/2018"):  # not `next`, which waits for an invocation
        return request("POST", "/2018-06-01/runtime/invocation/none/response", known, b"{}")
    return request("POST", server.target, {**LIST_TABLES, **known}, b"{}")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", SERVERS)
def test_a_page_is_refused_by_every_server(servers: dict[str, Server], name: str, page: str) -> None:
    server = servers[name]

    (response,) = send(server, server.request_of(PAGES[page]))

    assert (response.status, response.cors_headers) == (403, [])


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "127.0.0.1", "localhost:PORT", "[::1]:PORT"])
@pytest.mark.parametrize("name", SERVERS)
def test_a_client_that_is_no_browser_is_answered(servers: dict[str, Server], name: str, host: str) -> None:
    server = servers[name]

    (response,) = send(server, signed(server, host.replace("PORT", str(server.port))))

    assert response.status == (400 if name == "Runtime API" else 200)  # an unknown invocation there
    assert response.cors_headers == []


def test_the_gateway_answers_under_the_name_of_its_api(
    behaviour: Gateway, servers: dict[str, Server]
) -> None:
    (name,) = behaviour._server.endpoints.hosts

    (response,) = send(servers["gateway"], signed(servers["gateway"], name))

    assert name.endswith(".execute-api.us-east-1.amazonaws.com")
    assert response.status == 200


@pytest.mark.parametrize("name", SERVERS)
def test_a_request_without_a_host_is_refused(servers: dict[str, Server], name: str) -> None:
    head = f"POST {servers[name].target} HTTP/1.0\r\nContent-Length: 2\r\n\r\n{{}}"

    (response,) = send(servers[name], head.encode())

    assert response.status == 403


@pytest.mark.parametrize("name", SERVERS)
def test_an_absolute_target_of_another_host_is_refused(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    rebound = f"http://evil.example:{server.port}{server.target}"

    (response,) = send(server, request("POST", rebound, {**LIST_TABLES, "Host": "127.0.0.1"}, b"{}"))

    assert response.status == 403


@pytest.mark.parametrize("name", SERVERS[:3])  # the emulator's server closes after each response
def test_every_request_of_a_connection_is_checked(servers: dict[str, Server], name: str) -> None:
    server = servers[name]
    page = server.request_of(PAGES["fetch without CORS"])

    responses = send(server, signed(server, "localhost"), page)

    assert [response.status for response in responses] == [400 if name == "Runtime API" else 200, 403]


@pytest.mark.parametrize("name", SERVERS)
def test_the_body_of_a_refused_request_is_not_read_as_another_request(
    servers: dict[str, Server], name: str
) -> None:
    server = servers[name]
    carrier = Server(server.host, server.port, server.target, signed(server, "127.0.0.1"), server.tls)
    page = carrier.request_of(Page("POST", {"Content-Type": "text/plain", "Origin": EVIL}))
    received = b""

    with server.connect() as connection, suppress(ConnectionError):  # most servers close after a refusal
        connection.sendall(page + request("GET", "/", {"Host": "evil.example"}))
        while received.count(b"HTTP/1.1 ") < 2 and (more := connection.recv(4096)):
            received += more

    assert set(re.findall(rb"HTTP/1.1 (\d+)", received)) == {b"403"}


def test_a_page_cannot_invoke_a_function(behaviour: Gateway, servers: dict[str, Server]) -> None:
    for page in PAGES.values():
        send(servers["gateway"], servers["gateway"].request_of(page))

    assert invoked(behaviour, do="return", value=1) == 1
    assert RAN not in [line.text for line in behaviour.logs("Actor")]


def test_invoke_without_a_signature_is_forbidden(behaviour: Gateway, servers: dict[str, Server]) -> None:
    url = behaviour.lambda_url + servers["gateway"].target

    status, kind, body = bare_request("POST", url, ACT, signed=False)

    assert (status, kind) == (403, "MissingAuthenticationTokenException")
    assert json.loads(body) == {"message": "Missing Authentication Token"}
    assert RAN not in [line.text for line in behaviour.logs("Actor")]


def test_a_page_cannot_take_a_functions_invocation(behaviour: Gateway, servers: dict[str, Server]) -> None:
    poll = servers["Runtime API"].request_of(PAGES["image"])

    (response,) = send(servers["Runtime API"], poll)

    assert (response.status, response.body) == (403, b"")
    assert invoked(behaviour, do="return", value=2) == 2


def handshake_status(url: str, host: str | None = None, **headers: str) -> int:
    """Return the status of a handshake; `host` replaces the Host header."""
    server = server_at(urlsplit(url).netloc, urlsplit(url).path, b"")
    known = {
        "Host": host or f"127.0.0.1:{server.port}",
        "Connection": "Upgrade",
        "Pragma": "no-cache",
        "Cache-Control": "no-cache",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    }
    with server.connect() as connection:
        connection.sendall(request("GET", server.target, {**known, **headers}))
        return int(connection.recv(4096).split(b" ", 2)[1])


FIREFOX = {
    "Connection": "keep-alive, Upgrade",
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-Mode": "websocket",
    "Sec-Fetch-Site": "cross-site",
}


@pytest.mark.parametrize("browser", [{}, FIREFOX])
@pytest.mark.parametrize(
    "origin", [EVIL, "null", "file://", "http://localhost:5173", "http://127.0.0.1:3001"]
)
def test_a_handshake_of_a_page_is_403_and_runs_no_function(
    behaviour: Gateway, origin: str, browser: dict[str, str]
) -> None:
    before = len(behaviour.logs("Authorizer"))

    status = handshake_status(behaviour.websocket_url, Origin=origin, **browser)

    assert status == 403
    assert len(behaviour.logs("Authorizer")) == before


def test_a_handshake_under_a_rebound_name_is_403(behaviour: Gateway) -> None:
    port = urlsplit(behaviour.websocket_url).port
    host = f"evil.example:{port}"

    assert handshake_status(behaviour.websocket_url, host, Origin=f"http://{host}") == 403


def test_the_log_names_the_origin_of_a_refused_page(
    behaviour: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(InvalidStatus) as caught:
        connect(behaviour.websocket_url, origin="http://localhost:5173")

    message = "Web pages are refused, except those of an allowed origin."
    host = urlsplit(behaviour.websocket_url).netloc
    refused = f"refused a request with Host '{host}' and Origin 'http://localhost:5173': {message}"
    assert json.loads(caught.value.response.body or b"") == {"message": message}
    assert caplog.messages == [f"{refused} --allow-origin ORIGIN allows one."]


@pytest.fixture(scope="module")
def open_gateways() -> Iterator[dict[str, Gateway]]:
    """Gateways by the origin that they allow."""
    template = STACKS / "behaviour" / "template.yaml"
    with (
        running_gateway(template, allow_origins=["http://localhost:5173"]) as one,
        running_gateway(template, allow_origins=["*"]) as every,
    ):
        yield {"http://localhost:5173": one, "*": every}


@pytest.mark.parametrize(
    ("allowed", "origin", "status"),
    [
        ("http://localhost:5173", "http://localhost:5173", 101),
        ("http://localhost:5173", "http://localhost:5174", 403),
        ("http://localhost:5173", "http://127.0.0.1:5173", 403),
        ("http://localhost:5173", EVIL, 403),
        ("*", EVIL, 101),
        ("*", "null", 101),
    ],
)
def test_a_page_of_an_allowed_origin_opens_a_websocket(
    open_gateways: dict[str, Gateway], allowed: str, origin: str, status: int
) -> None:
    assert handshake_status(open_gateways[allowed].websocket_url, Origin=origin, **FIREFOX) == status


@pytest.mark.parametrize("page", ["fetch without CORS", "form", "preflight"])
def test_an_allowed_page_cannot_invoke_a_function(open_gateways: dict[str, Gateway], page: str) -> None:
    gateway = open_gateways["*"]
    target = f"/2015-03-31/functions/{gateway.function_name('Actor')}/invocations"
    server = server_at(urlsplit(gateway.lambda_url).netloc, target, ACT)

    (response,) = send(server, server.request_of(PAGES[page]))

    assert response.status == (405 if page == "preflight" else 403)
    assert response.cors_headers == []  # so that the browser does not send the request after the preflight
    assert RAN not in [line.text for line in gateway.logs("Actor")]


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/moto-api/reset"),
        ("GET", "/moto-api/"),
        ("GET", "/moto-api/data.json"),
        ("POST", "/moto-api/state-manager/set-transition"),
        ("GET", "/latest/meta-data/iam"),
        ("GET", "/favicon.ico"),
        ("PUT", "/bucket"),
        ("GET", "/"),
        ("POST", "/"),
    ],
)
def test_the_emulator_serves_dynamodb_only(servers: dict[str, Server], method: str, target: str) -> None:
    server = servers["DynamoDB"]

    (response,) = send(server, request(method, target, {"Host": "127.0.0.1"}))

    assert (response.status, response.cors_headers) == (400, [])
    assert b"UnknownOperationException" in response.body


@pytest.mark.parametrize(
    "target", ["AmazonSQS.ListQueues", "secretsmanager.ListSecrets", "DynamoDB_20111205.X"]
)
def test_the_emulator_serves_no_other_service(servers: dict[str, Server], target: str) -> None:
    headers = {**LIST_TABLES, "X-Amz-Target": target}

    (response,) = send(servers["DynamoDB"], request("POST", "/", headers, b"{}"))

    assert response.status == 400
    assert b"UnknownOperationException" in response.body


def test_a_signature_for_another_service_reaches_dynamodb_only(servers: dict[str, Server]) -> None:
    headers = {**LIST_TABLES, "Authorization": LIST_TABLES["Authorization"].replace("/dynamodb/", "/sqs/")}

    (response,) = send(servers["DynamoDB"], request("POST", "/", headers, b"{}"))

    assert json.loads(response.body) == {"TableNames": []}


def test_the_emulator_serves_streams(servers: dict[str, Server]) -> None:
    server = servers["DynamoDB"]
    streams = boto3.client(
        "dynamodbstreams",
        "us-east-1",
        endpoint_url=f"http://{server.host}:{server.port}",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )

    assert streams.list_streams()["Streams"] == []


def test_a_reset_leaves_the_tables(servers: dict[str, Server]) -> None:
    server = servers["DynamoDB"]
    create = {
        "TableName": "kept",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    made = {**LIST_TABLES, "X-Amz-Target": "DynamoDB_20120810.CreateTable"}
    send(server, request("POST", "/", made, json.dumps(create).encode()))

    send(server, request("POST", "/moto-api/reset", {"Host": "127.0.0.1"}))

    (response,) = send(server, request("POST", "/", LIST_TABLES, b"{}"))
    assert json.loads(response.body)["TableNames"] == ["kept"]
