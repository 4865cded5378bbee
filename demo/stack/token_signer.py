"""Signs tokens for a running stack, in place of an identity provider."""

import time
from dataclasses import dataclass, field

import jwt

from demo.stack.demo_user import DemoUser
from local_gateway import Gateway

__all__ = ["TOKEN_LIFETIME_S", "TokenSigner", "signer_of"]

TOKEN_LIFETIME_S = 12 * 3600


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """Signs with the secret that the stack's authorizer verifies tokens with."""

    issuer: str
    audience: str
    secret: str = field(repr=False)

    def sign(self, user: DemoUser, lifetime_s: float = TOKEN_LIFETIME_S) -> str:
        """Return a token of a user."""
        now = time.time()
        claims = {
            "sub": user.id,
            "name": user.name,
            "organization_id": user.organization_id,
            "iss": self.issuer,
            "aud": self.audience,
            "iat": int(now),
            "exp": int(now + lifetime_s),
        }
        return jwt.encode(claims, self.secret, algorithm="HS256")


def signer_of(gateway: Gateway, secret: str) -> TokenSigner | None:
    """Return the signer for an authorizer that has `secret`; None if it has an identity provider's keys."""
    variables = gateway.stack.functions["AuthorizerFunction"].environment
    if variables["TOKEN_MODE"] != "HS256":  # noqa: S105 - a mode's name
        return None
    return TokenSigner(variables["TOKEN_ISSUER"], variables["TOKEN_AUDIENCE"], secret)
