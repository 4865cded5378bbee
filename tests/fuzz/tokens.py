"""Tokens: only one whose signed part the issuer has signed is accepted, and any other is rejected."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.fuzz.json_values import json_values, texts
from tests.fuzz.target import Target
from threadcast.adapters.jwt.keys import PublishedKeys, SharedSecret
from threadcast.adapters.jwt.verifier import JwtVerifier
from threadcast.adapters.system_clock import SystemClock
from threadcast.errors import TokenRejected
from threadcast.ports import TokenVerifier

__all__ = ["TOKENS", "check_token", "issuers"]

ISSUER, AUDIENCE = "https://id.example.com", "threadcast"
SECRET = "a secret of more than thirty-two bytes, for the fuzzer"
_HOUR_S = 3600

_algorithms = st.sampled_from(["none", "NONE", "HS256", "HS384", "RS256", "RS384", "ES256", "EdDSA", ""])
_key_ids = st.sampled_from(["rsa", "ec", "oct", "../rsa", ""]) | json_values
_claim_names = st.sampled_from(
    ["iss", "aud", "sub", "exp", "nbf", "iat", "name", "email", "organization_id", "org_id", "picture"]
)
_claims = st.dictionaries(_claim_names | texts, json_values, max_size=4)


@dataclass(frozen=True)
class Issuer:
    """A verifier, its issuer's signing function, and what an attacker may take for its key."""

    verifier: TokenVerifier
    sign: Callable[[Mapping[str, Any]], str]
    public: bytes


@cache
def issuers() -> Mapping[str, Issuer]:
    """Return an issuer for each algorithm."""
    clock = SystemClock()
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    ec_key = ec.generate_private_key(ec.SECP256R1())
    keys = [
        {**RSAAlgorithm.to_jwk(rsa_key.public_key(), as_dict=True), "kid": "rsa"},
        {**ECAlgorithm.to_jwk(ec_key.public_key(), as_dict=True), "kid": "ec"},
    ]
    shared = JwtVerifier(SharedSecret(lambda: SECRET, clock), issuer=ISSUER, audience=AUDIENCE)
    published = JwtVerifier(PublishedKeys(lambda: {"keys": keys}, clock), issuer=ISSUER, audience=AUDIENCE)
    rsa_public, ec_public = (
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for key in (rsa_key, ec_key)
    )
    return {
        "HS256": Issuer(shared, lambda claims: jwt.encode(dict(claims), SECRET, "HS256"), b""),
        "RS256": Issuer(
            published, lambda claims: jwt.encode(dict(claims), rsa_key, "RS256", {"kid": "rsa"}), rsa_public
        ),
        "ES256": Issuer(
            published, lambda claims: jwt.encode(dict(claims), ec_key, "ES256", {"kid": "ec"}), ec_public
        ),
    }


@dataclass(frozen=True)
class Attempt:
    """A token to verify, and the token of the issuer that it was made from, if any."""

    algorithm: str
    token: str
    issued: str = ""


def check_token(attempt: Attempt, verifier: TokenVerifier | None = None) -> None:
    """Verify a token; raise `AssertionError` if it is accepted and not one of the issuer's."""
    verifier = verifier or issuers()[attempt.algorithm].verifier
    try:
        verifier.verify(attempt.token)
    except TokenRejected:
        return
    assert attempt.token.rpartition(".")[0] == attempt.issued.rpartition(".")[0], "a forged token is accepted"


@st.composite
def _attempts(draw: st.DrawFn) -> Attempt:
    algorithm = draw(st.sampled_from(["HS256", "HS256", "RS256", "ES256"]))
    issuer = issuers()[algorithm]
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "bob", "exp": int(time.time()) + _HOUR_S}
    kind = draw(st.sampled_from(["changed", "swapped", "claims", "by hand", "text"]))
    if kind == "text":
        return Attempt(algorithm, draw(texts | st.text(max_size=40).map("e30.e30.".__add__)))
    if kind == "by hand":
        return Attempt(algorithm, _signed_by_hand(draw, claims, issuer.public))
    if kind == "claims":
        changed = {**claims, **draw(_claims)}
        try:
            token = issuer.sign(changed)
        except (TypeError, ValueError):  # the library signs no such claims
            return Attempt(algorithm, "")
        return Attempt(algorithm, token, token)
    issued = issuer.sign(claims)
    if kind == "swapped":
        parts = issuer.sign({**claims, "sub": "eve"}).split(".")
        place = draw(st.integers(0, 2))
        mixed = [
            part if at == place else old
            for at, (part, old) in enumerate(zip(parts, issued.split("."), strict=True))
        ]
        return Attempt(algorithm, ".".join(mixed), issued)
    at, cut = draw(st.integers(0, len(issued))), draw(st.integers(0, 3))
    return Attempt(algorithm, issued[:at] + draw(texts) + issued[at + cut :], issued)


def _signed_by_hand(draw: st.DrawFn, claims: Mapping[str, Any], public: bytes) -> str:
    """Return a token with any header, signed with nothing, a guess or the public key."""
    header = {"alg": draw(_algorithms), "kid": draw(_key_ids), **draw(_claims)}
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    key = draw(st.sampled_from([b"", b"secret", public]))
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), key)
    return f"{signed}.{_encoded(signature) if key else ''}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


TOKENS = Target("tokens", _attempts(), check_token)
