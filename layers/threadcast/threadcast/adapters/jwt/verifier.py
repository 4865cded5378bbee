"""`JwtVerifier`: verifies a JSON Web Token and returns its user."""

from collections.abc import Iterator
from contextlib import contextmanager

import jwt

from threadcast.adapters.jwt.claims import user_from_claims
from threadcast.adapters.jwt.keys import KeySource
from threadcast.domain.user import User
from threadcast.errors import TokenRejected

__all__ = ["JwtVerifier"]

_LEEWAY_S = 30
_MAX_TOKEN_CHARACTERS = 16_384


class JwtVerifier:
    """A `TokenVerifier` of signature, issuer, audience and expiry, with 30 s of leeway for clock skew.

    The algorithm comes with the key, from the deployment's configuration; the token's header must name the
    same one.
    """

    def __init__(self, keys: KeySource, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    def verify(self, token: str) -> User:
        """Return the user of a valid token.

        Raises `TokenRejected`, whose text never contains a part of the token, and `ConfigurationError` if no
        keys can be read.
        """
        if len(token) > _MAX_TOKEN_CHARACTERS:
            raise TokenRejected("too long")
        if not token.isascii():
            raise TokenRejected("not ASCII")
        with _rejected():
            key_id = jwt.get_unverified_header(token).get("kid")
        key = self._keys.key_for(key_id)
        with _rejected():
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        return user_from_claims(claims)


@contextmanager
def _rejected() -> Iterator[None]:
    """Raise whatever PyJWT raises over a token as `TokenRejected`.

    Beside its own errors these are Python's, such as a `RecursionError` for a deeply nested header. The texts
    may quote a claim, so only the type is reported.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a token is untrusted input: its errors are refusals
        raise TokenRejected(type(error).__name__) from None
