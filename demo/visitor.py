"""Who talks in the demo, and the token that says so."""

import time
from dataclasses import dataclass

import jwt

__all__ = ["VISITOR", "Visitor", "token_for"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A made-up user."""

    id: str
    name: str


VISITOR = Visitor("ada10000-0000-4000-8000-000000000001", "Ada")


def token_for(visitor: Visitor, secret: str, lifetime_s: float) -> str:
    """A token as an identity provider would issue it, signed with this run's own secret."""
    now = time.time()
    claims = {
        "sub": visitor.id,
        "name": visitor.name,
        "iss": "threadcast",
        "aud": "threadcast",
        "iat": int(now),
        "exp": int(now + lifetime_s),
    }
    return jwt.encode(claims, secret, algorithm="HS256")
