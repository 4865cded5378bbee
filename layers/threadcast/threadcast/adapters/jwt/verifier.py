"""`JwtVerifier`: verifies a JSON Web Token and returns its user."""

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
            # PyJWT's messages may quote a claim, so only the error's type is reported.
            raise TokenRejected(type(error).__name__) from None
        return user_from_claims(claims)
