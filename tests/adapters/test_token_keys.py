from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from tests.http_server import Answer, http_server
from threadcast.adapters.jwt.keys import PublishedKeys, SharedSecret, fetch_json
from threadcast.errors import ConfigurationError, TokenRejected

JWK = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
SECRET = "s" * 32


class Hands:
    """A clock that a test advances."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_s, UTC)

    def monotonic_s(self) -> float:
        return self.now_s

    def sleep(self, duration_s: float) -> None:
        self.now_s += duration_s


class Source:
    """A source that counts its reads."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.reads = 0

    def __call__(self) -> Any:
        self.reads += 1
        answer = self.answers[min(self.reads, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


def published(*key_ids: str, **more: Any) -> Mapping[str, Any]:
    return {"keys": [{**JWK, "kid": key_id, **more} for key_id in key_ids]}


def test_a_secret_is_read_once_and_again_after_five_minutes() -> None:
    clock, read = Hands(), Source("a" * 32, "b" * 32)
    keys = SharedSecret(read, clock)

    before = {keys.key_for(None).key, keys.key_for("any").key}
    clock.sleep(300)

    assert before == {b"a" * 32}
    assert keys.key_for(None).key == b"b" * 32
    assert read.reads == 2


def test_the_former_secret_is_kept_if_it_cannot_be_read_again() -> None:
    clock, read = Hands(), Source(SECRET, ConfigurationError("denied"))
    keys = SharedSecret(read, clock)
    keys.key_for(None)
    clock.sleep(300)

    assert keys.key_for(None).key == SECRET.encode()


@pytest.mark.parametrize("secret", ["", "short", "s" * 31])
def test_a_short_secret_is_a_configuration_error(secret: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^the token secret is shorter than 32 bytes") as caught:
        SharedSecret(lambda: secret, Hands()).key_for(None)

    assert "short" not in str(caught.value).replace("shorter", "")


def test_published_keys_are_fetched_once_for_many_tokens() -> None:
    fetch = Source(published("a", "b"))
    keys = PublishedKeys(fetch, Hands())

    algorithms = [keys.key_for(key_id).algorithm for key_id in ("a", "b", "a")]

    assert algorithms == ["ES256"] * 3
    assert fetch.reads == 1


def test_an_unknown_key_id_causes_a_fetch() -> None:
    clock, fetch = Hands(), Source(published("old"), published("old", "new"))
    keys = PublishedKeys(fetch, clock)
    keys.key_for("old")
    clock.sleep(30)

    assert keys.key_for("new").algorithm == "ES256"
    assert fetch.reads == 2


def test_unknown_key_ids_cause_at_most_two_fetches_a_minute() -> None:
    clock, fetch = Hands(), Source(published("a"))
    keys = PublishedKeys(fetch, clock)

    for number in range(60):
        with pytest.raises(TokenRejected):
            keys.key_for(f"made up {number}")
        clock.sleep(1)

    assert fetch.reads == 2


def test_a_key_that_is_no_longer_published_is_dropped_within_an_hour() -> None:
    clock, fetch = Hands(), Source(published("a"), published("b"))
    keys = PublishedKeys(fetch, clock)
    keys.key_for("a")
    clock.sleep(3600)

    with pytest.raises(TokenRejected):
        keys.key_for("a")


def test_known_keys_remain_valid_while_the_issuer_is_unreachable() -> None:
    clock, fetch = Hands(), Source(published("a"), ConfigurationError("down"))
    keys = PublishedKeys(fetch, clock)
    keys.key_for("a")
    clock.sleep(3600)

    assert keys.key_for("a").algorithm == "ES256"


def test_an_issuer_that_was_never_reached_is_a_configuration_error_and_tried_again() -> None:
    fetch = Source(ConfigurationError("down"), published("a"))
    keys = PublishedKeys(fetch, Hands())

    with pytest.raises(ConfigurationError, match="down"):
        keys.key_for("a")
    assert keys.key_for("a").algorithm == "ES256"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"keys": []},
        {"keys": None},
        {"keys": ["key"]},
        {"keys": [JWK]},
        published("a", use="enc"),
        published("a", alg="ES384"),
        published("a", x="?"),
        {"keys": [{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}]},
    ],
)
def test_a_document_without_a_key_for_signatures_is_refused(document: Mapping[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="no RS256 or ES256 key"):
        PublishedKeys(lambda: document, Hands()).key_for("a")


def test_a_token_that_names_no_key_is_refused() -> None:
    with pytest.raises(TokenRejected):
        PublishedKeys(Source(published("a")), Hands()).key_for(None)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Answer(500), "JWKS_URL cannot be read: HTTP status 500"),
        (Answer(200, b"<html>"), "JWKS_URL cannot be read: JSONDecodeError"),
        (Answer(200, b"[]"), "JWKS_URL holds no key set"),
        (Answer("reset"), "JWKS_URL cannot be read: RemoteDisconnected"),
    ],
)
def test_a_failed_fetch_is_a_configuration_error(answer: Answer, complaint: str) -> None:
    with http_server(lambda _: answer) as server, pytest.raises(ConfigurationError) as caught:
        fetch_json(server.url)

    assert str(caught.value) == complaint


@pytest.mark.parametrize("url", ["http://id.example.com/jwks.json", "file:///etc/passwd", "jwks.json"])
def test_keys_are_fetched_by_https_only(url: str) -> None:
    with pytest.raises(ConfigurationError, match="must be an https address"):
        fetch_json(url)


def test_a_fetched_document_is_read() -> None:
    with http_server(lambda _: Answer(200, b'{"keys": []}')) as server:
        assert fetch_json(server.url) == {"keys": []}
