"""Keys that verify tokens: a shared secret, or the public keys of an issuer's JSON Web Key Set."""

import logging
import math
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from jwt import PyJWK

from threadcast.errors import ConfigurationError, TokenRejected
from threadcast.ports import Clock

__all__ = ["KeySource", "PublishedKeys", "SharedSecret", "VerificationKey"]

_log = logging.getLogger(__name__)

Algorithm = Literal["HS256", "RS256", "ES256"]

_MIN_SECRET_BYTES = 32
"""HS256 requires a key of at least 256 bits: https://www.rfc-editor.org/rfc/rfc7518#section-3.2"""

_SECRET_LIFETIME_S = 300.0
_REFETCH_AFTER_S = 3600.0
_KEYS_LIFETIME_S = 86_400.0
_MIN_REFETCH_S = 30.0
_FIRST_KEYS_RETRY_S = 5.0


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

    While fetches fail, the keys of the last successful one remain valid for 24 hours. A fetch begins 30 s
    after the former one at the earliest, 5 s if there are no valid keys; until then an unknown key id is
    refused without a fetch, and without being remembered. Concurrent requests share a fetch; one whose key is
    known does not wait for it.
    """

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._fetching = threading.Lock()
        self._published: Mapping[str, VerificationKey] = {}
        self._fetched_at_s = self._tried_at_s = -math.inf
        self._failure = ""

    def key_for(self, key_id: str | None) -> VerificationKey:
        """Return the published key with this id; see `KeySource`."""
        if key_id is None:
            raise TokenRejected("names no key")
        self._refresh_if_due(key_id)
        keys = self._valid_keys()
        if not keys:
            raise ConfigurationError(self._failure)
        if key_id not in keys:
            raise TokenRejected("signed with a key that the issuer does not publish")
        return keys[key_id]

    def _valid_keys(self) -> Mapping[str, VerificationKey]:
        age_s = self._clock.monotonic_s() - self._fetched_at_s
        return self._published if age_s < _KEYS_LIFETIME_S else {}

    def _refresh_if_due(self, key_id: str) -> None:
        if self._is_due(key_id) and self._fetching.acquire(blocking=key_id not in self._valid_keys()):
            try:
                if self._is_due(key_id):  # no other request has fetched meanwhile
                    self._refresh()
            finally:
                self._fetching.release()

    def _is_due(self, key_id: str) -> bool:
        now_s, keys = self._clock.monotonic_s(), self._valid_keys()
        if now_s - self._tried_at_s < (_MIN_REFETCH_S if keys else _FIRST_KEYS_RETRY_S):
            return False
        return key_id not in keys or now_s - self._fetched_at_s >= _REFETCH_AFTER_S

    def _refresh(self) -> None:
        try:
            published = _read_key_set(self._fetch())
        except ConfigurationError as error:
            self._failure = str(error)
            _log.warning("keys_not_fetched", extra={"reason": self._failure})
        else:
            self._fetched_at_s = self._clock.monotonic_s()
            self._published = published
        finally:
            self._tried_at_s = self._clock.monotonic_s()


def _read_key_set(document: Mapping[str, Any]) -> dict[str, VerificationKey]:
    """Return the RSA and P-256 signature keys; a symmetric key in a public document is never used."""
    keys: dict[str, VerificationKey] = {}
    published = document.get("keys")
    for jwk in published if isinstance(published, list) else []:
        algorithm = _algorithm_of(jwk)
        if algorithm is not None and isinstance(jwk.get("kid"), str):
            with suppress(Exception):  # PyJWT's, cryptography's and Python's: a broken key hides no other
                keys[jwk["kid"]] = VerificationKey(PyJWK(jwk, algorithm=algorithm).key, algorithm)
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
