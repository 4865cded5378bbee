"""Reads the user from a token's claims."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from threadcast.domain.user import User
from threadcast.errors import TokenRejected

__all__ = ["MAX_ID_CHARACTERS", "user_from_claims", "user_id_of"]

MAX_ID_CHARACTERS = 256
"""Maximum length of `sub` and of an organisation's id."""

_NAME_CLAIMS = ("name", "preferred_username", "email")
_ORGANIZATION_CLAIMS = ("organization_id", "org_id", "custom:organization_id")


def user_from_claims(claims: Mapping[str, Any]) -> User:
    """Return the user in verified claims; of alternative claims, the first that is a non-blank text counts.

    The id is `user_id_of(iss, sub)`. Raises `TokenRejected` if `sub` or the organization is not valid.
    """
    subject = _first(claims, ("sub",))
    organization_id = _first(claims, _ORGANIZATION_CLAIMS)
    if subject is None:
        raise TokenRejected("sub is empty")
    if len(subject) > MAX_ID_CHARACTERS or len(organization_id or "") > MAX_ID_CHARACTERS:
        raise TokenRejected("sub or organization is too long")
    return User(
        id=user_id_of(str(claims.get("iss", "")), subject),
        name=_first(claims, _NAME_CLAIMS) or subject,
        email=_first(claims, ("email",)) or "",
        organization_id=organization_id,
        avatar=_first(claims, ("picture",)),
    )


def user_id_of(issuer: str, subject: str) -> str:
    """Return the user's id: the subject if it is a UUID, else a UUID derived from issuer and subject."""
    try:
        uuid = UUID(subject)
    except ValueError:
        return str(uuid5(NAMESPACE_URL, f"{issuer}#{subject}"))
    # UUID() also accepts braces, "urn:uuid:" and no hyphens: such subjects are not UUIDs here.
    return str(uuid) if str(uuid) == subject.lower() else str(uuid5(NAMESPACE_URL, f"{issuer}#{subject}"))


def _first(claims: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    texts = (value.strip() for name in names if isinstance(value := claims.get(name), str))
    return next((text for text in texts if text), None)
