"""The user that a token's claims describe."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from threadcast.domain.user import User
from threadcast.errors import TokenRejected

__all__ = ["MAX_ID_CHARACTERS", "user_from_claims", "user_id_of"]

MAX_ID_CHARACTERS = 256
"""How long `sub` and an organisation may be."""

_NAME_CLAIMS = ("name", "preferred_username", "email")
_ORGANIZATION_CLAIMS = ("organization_id", "org_id", "custom:organization_id")


def user_from_claims(claims: Mapping[str, Any]) -> User:
    """Read the user out of verified claims; the first claim that holds a text wins.

    The id is `user_id_of` issuer and `sub`. Raises `TokenRejected` if `sub` or the organization can't be one.
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
    """The id of the user whom an issuer's tokens call `subject`: always the same UUID.

    It is the subject itself if that is a UUID, else one made of issuer and subject.
    """
    try:
        uuid = UUID(subject)
    except ValueError:
        return str(uuid5(NAMESPACE_URL, f"{issuer}#{subject}"))
    # UUID() also takes braces, "urn:uuid:" and no dashes: those are subjects of their own.
    return str(uuid) if str(uuid) == subject.lower() else str(uuid5(NAMESPACE_URL, f"{issuer}#{subject}"))


def _first(claims: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    texts = (value.strip() for name in names if isinstance(value := claims.get(name), str))
    return next((text for text in texts if text), None)
