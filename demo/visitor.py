"""Who talks in the demo, and the tokens that say so."""

import time
import uuid
from dataclasses import dataclass

import jwt

__all__ = ["ORGANIZATION_ID", "TOKEN_LIFETIME_S", "VISITOR", "Visitor", "token_for", "visitor_named"]

ORGANIZATION_ID = "threadcast-demo"
"""Everybody here belongs to it, and its members may view the samples."""

TOKEN_LIFETIME_S = 12 * 3600

_NAMES = uuid.UUID("de300000-0000-4000-8000-000000000000")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A made-up user."""

    id: str
    name: str


VISITOR = Visitor("ada10000-0000-4000-8000-000000000001", "Ada")
"""The owner of the samples."""


def visitor_named(name: str) -> Visitor:
    """Return the user of this name: the same one, with the same id, each time."""
    if name.casefold() == VISITOR.name.casefold():
        return VISITOR
    return Visitor(str(uuid.uuid5(_NAMES, name.casefold())), name)


def token_for(visitor: Visitor, secret: str, lifetime_s: float = TOKEN_LIFETIME_S) -> str:
    """A token as an identity provider would issue it, signed with this run's own secret."""
    now = time.time()
    claims = {
        "sub": visitor.id,
        "name": visitor.name,
        "organization_id": ORGANIZATION_ID,
        "iss": "threadcast",
        "aud": "threadcast",
        "iat": int(now),
        "exp": int(now + lifetime_s),
    }
    return jwt.encode(claims, secret, algorithm="HS256")
