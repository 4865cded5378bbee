"""Reads the user from a token's claims."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from threadcast.domain.text import clean
from threadcast.domain.user import User
from threadcast.errors import TokenRejected

__all__ = ["MAX_ID_CHARACTERS", "MAX_ORGANIZATION_BYTES", "user_from_claims", "user_id_of"]

MAX_ID_CHARACTERS = 256
"""Maximum length of `sub`."""

MAX_ORGANIZATION_BYTES = 256
"""Maximum length of an organisation's id in UTF-8: it is a part of keys, and of the authorizer's answer."""

_NAME_CLAIMS = ("name", "preferred_username", "email")
_ORGANIZATION_CLAIMS = ("organization_id", "org_id", "custom:organization_id")


def user_from_claims(claims: Mapping[str, Any]) -> User:
    """Return the user in verified claims; of alternative claims, the first that is a non-blank text counts.

    The id is `user_id_of(iss, sub)`. Texts are without control characters and lone surrogates: `sub` or an
    organisation that has any is refused, since two ids could become equal, the others are cleaned. Raises
    `TokenRejected` if `sub` or the organization is not valid.
    """
    subject = _identifier(claims, ("sub",))
    organization_id = _identifier(claims, _ORGANIZATION_CLAIMS)
    if subject is None:
        raise TokenRejected("sub is empty")
    if len(subject) > MAX_ID_CHARACTERS or len((organization_id or "").encode()) > MAX_ORGANIZATION_BYTES:
        raise TokenRejected("sub or organization is too long")
    return User(
        id=user_id_of(str(claims.get("iss", "")), subject),
        name=_first(claims, _NAME_CLAIMS) or subject,
        email=_first(claims, ("email",)) or "",
        organization_id=organization_id,
        avatar=_first(claims, ("picture",)),
        # Some providers send the claim as a text.
        has_verified_email=claims.get("email_verified") in (True, "true"),
    )


def user_id_of(issuer: str, subject: str) -> str:
    """Return the user's id: the subject if it is a UUID, else a UUID derived from issuer and subject."""
    try:
        uuid = UUID(subject)
    except ValueError:
        return str(uuid5(NAMESPACE_URL, f"{issuer}#{subject}"))
    # UUID() also accepts braces, "urn:uuid:" and no hyphens: such subjects are not UUIDs here.
    return str(uuid) if str(uuid) == subject.lower() else str(uuid5(NAMESPACE_URL, f"{issuer}#{subject}"))


def _identifier(claims: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    found = next((value for value in _texts(claims, names) if value.strip()), None)
    if found is not None and clean(found) != found:
        raise TokenRejected("sub or organization has a character that cannot be stored")
    return None if found is None else found.strip()


def _first(claims: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((text for value in _texts(claims, names) if (text := clean(value).strip())), None)


def _texts(claims: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    return (value for name in names if isinstance(value := claims.get(name), str))
