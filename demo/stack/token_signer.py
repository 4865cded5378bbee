"""Signs tokens as an identity provider would, with what a running stack checks them by."""

import time
from dataclasses import dataclass, field

import jwt

from demo.stack.demo_user import ORGANIZATION_ID, DemoUser
from local_gateway import Gateway

__all__ = ["TOKEN_LIFETIME_S", "Signer", "signer_for"]

TOKEN_LIFETIME_S = 12 * 3600


@dataclass(frozen=True, slots=True)
class Signer:
    """What makes a token one of this stack's."""

    issuer: str
    audience: str
    secret: str = field(repr=False)

    def token(self, visitor: DemoUser, lifetime_s: float = TOKEN_LIFETIME_S) -> str:
        """Return a token that says who somebody is, and that they may view the samples."""
        now = time.time()
        claims = {
            "sub": visitor.id,
            "name": visitor.name,
            "organization_id": ORGANIZATION_ID,
            "iss": self.issuer,
            "aud": self.audience,
            "iat": int(now),
            "exp": int(now + lifetime_s),
        }
        return jwt.encode(claims, self.secret, algorithm="HS256")


def signer_for(gateway: Gateway) -> Signer | None:
    """Return who signs for a stack's authorizer; None where it checks by somebody's published keys."""
    told = gateway.stack.functions["AuthorizerFunction"].environment
    if told["TOKEN_MODE"] != "HS256":  # noqa: S105 - a mode's name
        return None
    return Signer(told["TOKEN_ISSUER"], told["TOKEN_AUDIENCE"], told["TOKEN_SECRET"])
