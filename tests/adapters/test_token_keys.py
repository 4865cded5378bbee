import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from threadcast.adapters.jwt.keys import PublishedKeys, SharedSecret
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


def test_known_keys_remain_valid_while_the_issuer_is_unreachable(caplog: pytest.LogCaptureFixture) -> None:
    clock, fetch = Hands(), Source(published("a"), ConfigurationError("down"))
    keys = PublishedKeys(fetch, clock)
    keys.key_for("a")
    clock.sleep(3600)

    assert keys.key_for("a").algorithm == "ES256"
    assert [(each.getMessage(), each.__dict__["reason"]) for each in caplog.records] == [
        ("keys_not_fetched", "down")
    ]


def test_an_issuer_that_was_never_reached_is_a_configuration_error_and_tried_again() -> None:
    clock, fetch = Hands(), Source(ConfigurationError("down"), published("a"))
    keys = PublishedKeys(fetch, clock)

    with pytest.raises(ConfigurationError, match="down"):
        keys.key_for("a")
    clock.sleep(5)
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


def test_a_broken_key_hides_no_other() -> None:
    broken: list[Any] = [
        {"kty": "RSA", "kid": "b", "n": 7, "e": []},
        {"kty": "RSA", "kid": "b", "n": "AA", "e": "AA"},
        {"kty": "EC", "crv": "P-256", "kid": "b", "x": "é", "y": None},
        {**JWK, "kid": ["a"]},
        {**JWK, "kid": "b", "alg": {}},
        7,
    ]
    keys = PublishedKeys(Source({"keys": [*broken, *published("a")["keys"]]}), Hands())

    assert keys.key_for("a").algorithm == "ES256"
    with pytest.raises(TokenRejected):
        keys.key_for("b")


@pytest.mark.parametrize("answer", [published("a"), ConfigurationError("down")])
def test_many_made_up_key_ids_cause_one_fetch(answer: Any) -> None:
    fetch = Source(answer)
    keys = PublishedKeys(fetch, Hands())

    for number in range(50):
        with pytest.raises((TokenRejected, ConfigurationError)):
            keys.key_for(f"made up {number}")

    assert fetch.reads == 1


def test_made_up_key_ids_cause_two_fetches_a_minute_while_the_issuer_is_unreachable() -> None:
    clock, fetch = Hands(), Source(published("a"), ConfigurationError("down"))
    keys = PublishedKeys(fetch, clock)

    for number in range(60):
        with pytest.raises(TokenRejected):
            keys.key_for(f"made up {number}")
        clock.sleep(1)

    assert fetch.reads == 2


def test_keys_are_no_longer_valid_a_day_after_the_last_successful_fetch() -> None:
    clock, fetch = Hands(), Source(published("a"), ConfigurationError("down"))
    keys = PublishedKeys(fetch, clock)
    keys.key_for("a")

    clock.sleep(86_399)
    assert keys.key_for("a").algorithm == "ES256"
    clock.sleep(1)
    with pytest.raises(ConfigurationError, match="down"):
        keys.key_for("a")


class BlockedFetch:
    """A fetch that has `begun` and ends once it `may_end`; the first one returns at once."""

    def __init__(self, *key_sets: Mapping[str, Any]) -> None:
        self.read = Source(*key_sets)
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self) -> Any:
        if self.read.reads > 0:
            self.begun.set()
            assert self.may_end.wait(60)
        return self.read()


def test_concurrent_requests_share_a_fetch() -> None:
    clock, fetch = Hands(), BlockedFetch(published("old"), published("old", "new"))
    keys = PublishedKeys(fetch, clock)
    keys.key_for("old")
    clock.sleep(30)

    with ThreadPoolExecutor(8) as requests:
        found = [requests.submit(keys.key_for, "new") for _ in range(8)]
        assert fetch.begun.wait(60)
        fetch.may_end.set()
        algorithms = [each.result(60).algorithm for each in found]

    assert algorithms == ["ES256"] * 8
    assert fetch.read.reads == 2


def test_a_request_with_a_known_key_does_not_wait_for_the_fetch_of_another() -> None:
    clock, fetch = Hands(), BlockedFetch(published("old"))
    keys = PublishedKeys(fetch, clock)
    keys.key_for("old")
    clock.sleep(3600)

    with ThreadPoolExecutor(1) as requests:
        waiting = requests.submit(keys.key_for, "old")
        assert fetch.begun.wait(60)
        known = keys.key_for("old")
        fetch.may_end.set()

    assert known == waiting.result(60)
    assert fetch.read.reads == 2
