"""The contract suite of `TokenVerifier`, over a shared secret and over keys published by HTTP."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.http_server import Answer, http_server
from threadcast.adapters.jwt.json_fetch import fetch_json
from threadcast.adapters.jwt.keys import PublishedKeys, SharedSecret
from threadcast.adapters.jwt.verifier import JwtVerifier
from threadcast.adapters.system_clock import SystemClock
from threadcast.domain.user import User
from threadcast.errors import TokenRejected
from threadcast.ports import TokenVerifier

ISSUER, AUDIENCE = "https://id.example.com", "threadcast"
ALICE = User("7f0c1d1e-0b6e-4a57-8d1c-6c6f2f0f7a03", "Alice", "alice@example.com", "acme")
SECRET = "a secret of more than thirty-two bytes, so that longer hashes take it too"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
KEY_SET = {
    "keys": [
        {
            **RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True),
            "kid": "rsa",
            "use": "sig",
            "alg": "RS256",
        },
        {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "ec"},
        {"kty": "oct", "kid": "oct", "k": base64.urlsafe_b64encode(SECRET.encode()).decode()},
    ]
}


@dataclass(frozen=True)
class Issuer:
    """A verifier, and its issuer's signing function."""

    verifier: TokenVerifier
    sign: Callable[[dict[str, Any]], str]


@pytest.fixture(scope="module")
def jwks_url() -> Iterator[str]:
    with http_server(lambda _: Answer(200, json.dumps(KEY_SET).encode())) as server:
        yield server.url


@pytest.fixture(params=["HS256", "RS256", "ES256"])
def subject(request: pytest.FixtureRequest, jwks_url: str) -> Issuer:
    clock = SystemClock()
    if request.param == "HS256":
        verifier = JwtVerifier(SharedSecret(lambda: SECRET, clock), issuer=ISSUER, audience=AUDIENCE)
        return Issuer(verifier, lambda claims: jwt.encode(claims, SECRET, "HS256"))
    published = PublishedKeys(lambda: fetch_json(jwks_url), clock)
    verifier = JwtVerifier(published, issuer=ISSUER, audience=AUDIENCE)
    if request.param == "RS256":
        return Issuer(verifier, lambda claims: jwt.encode(claims, RSA_KEY, "RS256", {"kid": "rsa"}))
    return Issuer(verifier, lambda claims: jwt.encode(claims, EC_KEY, "ES256", {"kid": "ec"}))


def claims(**changed: Any) -> dict[str, Any]:
    """Return Alice's claims, with changes; a claim changed to None is omitted."""
    all_claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": ALICE.id,
        "exp": int(time.time()) + 300,
        "name": ALICE.name,
        "email": ALICE.email,
        "organization_id": ALICE.organization_id,
        **changed,
    }
    return {name: value for name, value in all_claims.items() if value is not None}


def signed_by_hand(header: dict[str, str], key: bytes | None) -> str:
    """Return a token with any header over Alice's claims, which no library would sign."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in (header, claims())
    ]
    signature = b"" if key is None else hmac.digest(key, ".".join(parts).encode(), hashlib.sha256)
    return ".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=").decode()])


def test_a_valid_token_returns_its_user(subject: Issuer) -> None:
    assert subject.verifier.verify(subject.sign(claims())) == ALICE


def test_one_of_several_audiences_is_enough(subject: Issuer) -> None:
    assert subject.verifier.verify(subject.sign(claims(aud=["another", AUDIENCE]))) == ALICE


def test_clocks_can_differ_by_half_a_minute(subject: Issuer) -> None:
    now = int(time.time())

    assert subject.verifier.verify(subject.sign(claims(exp=now - 20, iat=now + 20, nbf=now + 20))) == ALICE


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": int(time.time()) - 60},
        {"nbf": int(time.time()) + 3600},
        {"iss": "https://evil.example.com"},
        {"aud": "another"},
        {"exp": None},
        {"iss": None},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_wrong_or_missing_claim_is_refused(subject: Issuer, changed: dict[str, Any]) -> None:
    with pytest.raises(TokenRejected):
        subject.verifier.verify(subject.sign(claims(**changed)))


def test_a_modified_token_is_refused(subject: Issuer) -> None:
    header, _, signature = subject.sign(claims()).split(".")
    _, payload, _ = subject.sign(claims(sub="7f0c1d1e-0b6e-4a57-8d1c-6c6f2f0f7aff")).split(".")

    with pytest.raises(TokenRejected):
        subject.verifier.verify(f"{header}.{payload}.{signature}")


@pytest.mark.parametrize("kid", ["rsa", "ec", "oct", "unknown"])
@pytest.mark.parametrize("algorithm", ["none", "None", "NONE"])
def test_an_unsigned_token_is_refused(subject: Issuer, algorithm: str, kid: str) -> None:
    with pytest.raises(TokenRejected):
        subject.verifier.verify(signed_by_hand({"alg": algorithm, "kid": kid}, None))


@pytest.mark.parametrize("kid", ["rsa", "ec", "oct"])
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_a_public_key_is_not_accepted_as_a_shared_secret(
    subject: Issuer, kid: str, encoding: Encoding
) -> None:
    public_key = RSA_KEY.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)

    with pytest.raises(TokenRejected):
        subject.verifier.verify(signed_by_hand({"alg": "HS256", "kid": kid}, public_key))


def test_the_tokens_header_does_not_choose_the_algorithm(subject: Issuer) -> None:
    for token in (
        jwt.encode(claims(), SECRET, "HS384", {"kid": "rsa"}),
        jwt.encode(claims(), RSA_KEY, "RS384", {"kid": "rsa"}),
        jwt.encode(claims(), EC_KEY, "ES256", {"kid": "rsa"}),
        signed_by_hand({"alg": "HS256", "kid": "oct"}, b"another secret of thirty-two bytes, or more"),
    ):
        with pytest.raises(TokenRejected):
            subject.verifier.verify(token)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "token",
    [
        *["", "x", "x.y.z", "..", "é.é.é", "e30.e30.", "a" * 20_000],
        "\ud83d.e30.e30",
        "\udc00",
        f"{encoded('[' * 10_000)}.e30.e30",
        f"{encoded(json.dumps({'alg': 'HS256', 'kid': ['rsa']}))}.e30.e30",
        f"{encoded(json.dumps({'alg': ['HS256'], 'kid': 'rsa'}))}.e30.e30",
        encoded('{"alg":"HS256","kid":' + "7" * 5000 + "}") + ".e30.e30",
    ],
)
def test_texts_that_are_no_tokens_are_refused(subject: Issuer, token: str) -> None:
    with pytest.raises(TokenRejected):
        subject.verifier.verify(token)


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "zo\ud83d"},
        {"organization_id": "zo\ud83d"},
        {"exp": float("inf")},
        {"nbf": float("nan")},
        {"aud": [{}]},
        {"iat": "now"},
    ],
)
def test_a_signed_claim_of_no_use_is_refused(subject: Issuer, changed: dict[str, Any]) -> None:
    with pytest.raises(TokenRejected):
        subject.verifier.verify(subject.sign(claims(**changed)))


def test_a_name_without_a_meaning_in_utf_8_is_replaced(subject: Issuer) -> None:
    assert subject.verifier.verify(subject.sign(claims(name="Zo\ud83d"))).name == "Zo\ufffd"


def test_the_error_contains_no_part_of_the_token(subject: Issuer) -> None:
    with pytest.raises(TokenRejected) as caught:
        subject.verifier.verify(subject.sign(claims(iss="https://evil.example.com")))

    assert str(caught.value) == "InvalidIssuerError"
    assert caught.value.__cause__ is None
