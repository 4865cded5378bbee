"""Keys that verify tokens: a shared secret, or the public keys of an issuer's JSON Web Key Set."""

import json
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from threadcast.errors import ConfigurationError, TokenRejected
from threadcast.ports import Clock

__all__ = ["KeySource", "PublishedKeys", "SharedSecret", "VerificationKey", "fetch_json"]

Algorithm = Literal["HS256", "RS256", "ES256"]

_MIN_SECRET_BYTES = 32
"""HS256 requires a key of at least 256 bits: https://www.rfc-editor.org/rfc/rfc7518#section-3.2"""

_SECRET_LIFETIME_S = 300.0
_KEYS_LIFETIME_S = 3600.0
_MIN_REFETCH_S = 30.0
_FETCH_TIMEOUT_S = 3.0
_MAX_DOCUMENT_BYTES = 1_000_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key and its only permitted algorithm."""

    key: Any
    algorithm: Algorithm


class KeySource(Protocol):
    """Finds the key that verifies a token."""

    def key_for(self, key_id: str | None) -> VerificationKey:
        """Return the key for the `kid` of a token's header.

        Raises `TokenRejected` if there is no such key, `ConfigurationError` if no keys can be read.
        """
        ...


class SharedSecret:
    """A secret for HS256, read again every five minutes so that it can be rotated.

    If it cannot be read again, the former one remains valid.
    """

    def __init__(self, read: Callable[[], str], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._key: VerificationKey | None = None
        self._read_at_s = 0.0

    def key_for(self, key_id: str | None) -> VerificationKey:  # noqa: ARG002 - there is only one key
        """Return the secret, for any `key_id`; see `KeySource`."""
        if self._key is None:
            self._key = self._read_key()
        elif self._clock.monotonic_s() - self._read_at_s >= _SECRET_LIFETIME_S:
            with suppress(ConfigurationError):
                self._key = self._read_key()
        return self._key

    def _read_key(self) -> VerificationKey:
        self._read_at_s = self._clock.monotonic_s()
        secret = self._read().encode()
        if len(secret) < _MIN_SECRET_BYTES:
            raise ConfigurationError(f"the token secret is shorter than {_MIN_SECRET_BYTES} bytes")
        return VerificationKey(secret, "HS256")


class PublishedKeys:
    """An issuer's JSON Web Key Set, fetched on first use, hourly, and when a token names an unknown key.

    Unknown key ids cause at most two fetches a minute. While the issuer is unreachable, the keys of the last
    successful fetch remain valid.
    """

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: Mapping[str, VerificationKey] = {}
        self._tried_at_s: float | None = None

    def key_for(self, key_id: str | None) -> VerificationKey:
        """Return the published key with this id; see `KeySource`."""
        age_s = self._seconds_since_fetch()
        if age_s >= _KEYS_LIFETIME_S or (key_id not in self._keys and age_s >= _MIN_REFETCH_S):
            self._refresh()
        if key_id is None or key_id not in self._keys:
            raise TokenRejected("signed with a key that the issuer does not publish")
        return self._keys[key_id]

    def _seconds_since_fetch(self) -> float:
        return float("inf") if self._tried_at_s is None else self._clock.monotonic_s() - self._tried_at_s

    def _refresh(self) -> None:
        try:
            self._keys = _read_key_set(self._fetch())
        except ConfigurationError:
            if not self._keys:
                raise
        self._tried_at_s = self._clock.monotonic_s()


def fetch_json(url: str) -> Mapping[str, Any]:
    """Fetch a JSON object by HTTPS (by HTTP from loopback addresses only); raises `ConfigurationError`."""
    address = urlsplit(url)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
        raise ConfigurationError("JWKS_URL must be an https address")
    try:
        with urllib.request.urlopen(url, timeout=_FETCH_TIMEOUT_S) as response:  # noqa: S310 - checked above
            document = json.loads(response.read(_MAX_DOCUMENT_BYTES))
    except HTTPError as error:
        error.close()  # it is the response, with its socket
        raise ConfigurationError(f"JWKS_URL cannot be read: HTTP status {error.code}") from error
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"JWKS_URL cannot be read: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise ConfigurationError("JWKS_URL holds no key set")
    return document


def _read_key_set(document: Mapping[str, Any]) -> dict[str, VerificationKey]:
    """Return the RSA and P-256 signature keys; a symmetric key in a public document is never used."""
    keys: dict[str, VerificationKey] = {}
    published = document.get("keys")
    for jwk in published if isinstance(published, list) else []:
        algorithm = _algorithm_of(jwk)
        if algorithm is not None and "kid" in jwk:
            with suppress(PyJWTError):
                keys[str(jwk["kid"])] = VerificationKey(PyJWK(jwk, algorithm=algorithm).key, algorithm)
    if not keys:
        raise ConfigurationError("JWKS_URL holds no RS256 or ES256 key")
    return keys


def _algorithm_of(jwk: Any) -> Algorithm | None:
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
        return None
    algorithm: Algorithm | None = None
    if jwk.get("kty") == "RSA":
        algorithm = "RS256"
    elif jwk.get("kty") == "EC" and jwk.get("crv") == "P-256":
        algorithm = "ES256"
    return algorithm if jwk.get("alg", algorithm) == algorithm else None
