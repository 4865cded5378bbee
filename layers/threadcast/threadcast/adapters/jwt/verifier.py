"""`JwtVerifier`: tells by a JSON Web Token who asks."""

import jwt

from threadcast.adapters.jwt.claims import user_from_claims
from threadcast.adapters.jwt.keys import KeySource
from threadcast.domain.user import User
from threadcast.errors import TokenRejected

__all__ = ["JwtVerifier"]

_LEEWAY_S = 30
_MAX_TOKEN_CHARACTERS = 16_384


class JwtVerifier:
    """Checks signature, issuer, audience and expiry, with 30 s of leeway for clocks that differ.

    The algorithm comes with the key, so from the deployment's configuration; what the token's header says of
    it must agree and decides nothing.
    """

    def __init__(self, keys: KeySource, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    def verify(self, token: str) -> User:
        """Give the user of a valid token.

        Raises `TokenRejected`, whose text never holds any part of the token, and `ConfigurationError` where
        the keys can't be had.
        """
        if len(token) > _MAX_TOKEN_CHARACTERS:
            raise TokenRejected("too long")
        try:
            key = self._keys.key_for(jwt.get_unverified_header(token).get("kid"))
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            # PyJWT's sentences may quote a claim, so only the kind of fault is told.
            raise TokenRejected(type(error).__name__) from None
        return user_from_claims(claims)
