"""Key servers that are slow, broken or hostile: each fetch ends with a document or a `ConfigurationError`."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.adapters.test_token_keys import Hands, published
from tests.http_server import Answer, http_server
from threadcast.adapters.jwt.json_fetch import fetch_json
from threadcast.adapters.jwt.keys import PublishedKeys
from threadcast.errors import ConfigurationError

TIMEOUT_S = 60.0
OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def server(serve: Callable[[socket.socket], None], scheme: str = "http") -> Iterator[str]:
    """Call `serve` for each connection, on one thread, and yield the URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):  # the listener was closed
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):  # the client has left
                        if scheme == "http":
                            connection.recv(65_536)
                        serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/jwks.json"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(60)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Answer(500), "HTTP status 500"),
        (Answer(204), "HTTP status 204"),
        (Answer(200, b"<html>"), "JSONDecodeError"),
        (Answer(200, b"\xff\xfe\xff"), "UnicodeDecodeError"),
        (Answer("reset"), "RemoteDisconnected"),
    ],
)
def test_a_failed_fetch_is_a_configuration_error(answer: Answer, complaint: str) -> None:
    with http_server(lambda _: answer) as issuer, pytest.raises(ConfigurationError) as caught:
        fetch_json(issuer.url, TIMEOUT_S)

    assert str(caught.value) == f"JWKS_URL cannot be read: {complaint}"


SICK = [
    (b"", "RemoteDisconnected"),
    (b"nonsense\r\n\r\n", "BadStatusLine"),
    (b"HTTP/1.1 " + b"2" * 70_000, "LineTooLong"),
    (OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n", "LineTooLong"),
    (OK + b"X: x\r\n" * 200 + b"\r\n", "HTTPException"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n", "IncompleteRead"),
    (OK + b"\r\n" + b"[" * 500_000, "RecursionError"),
    (OK + b'\r\n{"keys":' + b"7" * 5_000 + b"}", "ValueError"),
]


@pytest.mark.parametrize(("response", "complaint"), SICK)
def test_an_invalid_response_is_a_configuration_error(response: bytes, complaint: str) -> None:
    send = server(lambda connection: connection.sendall(response))
    with send as url, pytest.raises(ConfigurationError) as caught:
        fetch_json(url, TIMEOUT_S)

    assert str(caught.value) == f"JWKS_URL cannot be read: {complaint}"


@pytest.mark.parametrize("response", [response for response, _ in SICK])
def test_known_keys_remain_valid_while_responses_are_invalid(response: bytes) -> None:
    clock, key_set = Hands(), [published("a")]
    with server(lambda connection: connection.sendall(response)) as url:
        keys = PublishedKeys(lambda: key_set.pop() if key_set else fetch_json(url, TIMEOUT_S), clock)
        known = keys.key_for("a")
        clock.sleep(3600)

        assert keys.key_for("a") == known


def test_a_document_of_more_than_a_megabyte_is_refused() -> None:
    body = b'{"keys": [' + b" " * 1_000_000 + b"]}"
    with http_server(lambda _: Answer(200, body)) as issuer, pytest.raises(ConfigurationError) as caught:
        fetch_json(issuer.url, TIMEOUT_S)

    assert str(caught.value) == "JWKS_URL holds more than 1,000,000 bytes"


@pytest.mark.parametrize("body", [b"[]", b'"keys"', b"null"])
def test_a_document_that_is_no_object_is_refused(body: bytes) -> None:
    with http_server(lambda _: Answer(200, body)) as issuer, pytest.raises(ConfigurationError) as caught:
        fetch_json(issuer.url, TIMEOUT_S)

    assert str(caught.value) == "JWKS_URL holds no key set"


@pytest.mark.parametrize(
    "head",
    [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", OK + b"Content-Length: 900000\r\n\r\n", OK + b"\r\n"],
)
def test_a_response_that_arrives_byte_by_byte_ends_with_the_deadline(head: bytes) -> None:
    client_has_left = threading.Event()

    def drip(connection: socket.socket) -> None:
        try:
            connection.sendall(head)
            while True:
                connection.sendall(b" ")
                client_has_left.wait(0.02)
        except OSError:
            client_has_left.set()

    with server(drip) as url:
        with pytest.raises(ConfigurationError) as caught:
            fetch_json(url, timeout_s=0.3)

        assert client_has_left.wait(60)
    assert str(caught.value) == "JWKS_URL cannot be read: not within 0.3 s"


def test_a_server_that_never_answers_ends_with_the_deadline() -> None:
    with http_server(lambda _: Answer("silence")) as issuer, pytest.raises(ConfigurationError) as caught:
        fetch_json(issuer.url, timeout_s=0.3)

    assert str(caught.value).startswith("JWKS_URL cannot be read: ")


def test_a_name_that_is_never_resolved_ends_with_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: is_over.wait(60) and [])

    with pytest.raises(ConfigurationError, match=r"not within 0\.3 s"):
        fetch_json("https://id.example.com/jwks.json", timeout_s=0.3)
    is_over.set()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with http_server(lambda _: Answer(200, b'{"keys": []}')) as other:
        to_other = Answer(status, headers={"Location": other.url})
        with http_server(lambda _: to_other) as issuer, pytest.raises(ConfigurationError) as caught:
            fetch_json(issuer.url, TIMEOUT_S)

    assert str(caught.value) == f"JWKS_URL cannot be read: HTTP status {status}"
    assert other.requests == []


@pytest.mark.parametrize("url", ["http://id.example.com/jwks.json", "file:///etc/passwd", "jwks.json"])
def test_keys_are_fetched_by_https_only(url: str) -> None:
    with pytest.raises(ConfigurationError, match="must be an https address"):
        fetch_json(url)


@pytest.mark.parametrize("url", ["https://[", "https://id.example.com:port/", "https://id.example.com/a b"])
def test_an_address_that_is_none_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError):
        fetch_json(url)


def test_a_fetched_document_is_read() -> None:
    with http_server(lambda _: Answer(200, b'{"keys": []}')) as issuer:
        document = fetch_json(f"{issuer.url}/keys.json?version=2", TIMEOUT_S)

    assert document == {"keys": []}
    assert [request.path for request in issuer.requests] == ["/keys.json?version=2"]


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context; its certificate, for 127.0.0.1, is the only one that clients trust."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "certificate.pem"
    file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_document_is_fetched_by_https(tls: ssl.SSLContext) -> None:
    def serve(connection: socket.socket) -> None:
        with tls.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65_536)
            secure.sendall(OK + b'\r\n{"keys": []}')

    with server(serve, "https") as url:
        assert fetch_json(url, TIMEOUT_S) == {"keys": []}


def test_a_server_with_an_untrusted_certificate_is_refused(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))

    def serve(connection: socket.socket) -> None:
        tls.wrap_socket(connection, server_side=True).close()

    with server(serve, "https") as url, pytest.raises(ConfigurationError) as caught:
        fetch_json(url, TIMEOUT_S)

    assert str(caught.value) == "JWKS_URL cannot be read: SSLCertVerificationError"


@pytest.mark.parametrize("answers", [True, False])
def test_a_handshake_and_a_response_over_tls_end_with_the_deadline(
    tls: ssl.SSLContext, *, answers: bool
) -> None:
    client_has_left = threading.Event()

    def drip(connection: socket.socket) -> None:
        try:
            if not answers:
                while connection.recv(65_536):
                    pass
                raise ConnectionResetError
            with tls.wrap_socket(connection, server_side=True) as secure:
                secure.sendall(OK + b"\r\n")
                while True:
                    secure.sendall(b" ")
                    client_has_left.wait(0.02)
        except OSError:
            client_has_left.set()

    with server(drip, "https") as url:
        with pytest.raises(ConfigurationError, match="JWKS_URL cannot be read: "):
            fetch_json(url, timeout_s=0.3)

        assert client_has_left.wait(60)
