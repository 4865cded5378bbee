"""Converts users and organisations, as the operator names them, to principals."""

from typing import Literal

from threadcast.adapters.jwt.claims import MAX_ID_CHARACTERS, MAX_ORGANIZATION_BYTES, user_id_of
from threadcast.assets.kinds.definition_checks import is_uuid
from threadcast.cli.command_failed import CommandFailed
from threadcast.domain.access import Principal

__all__ = ["named", "organization", "principal", "user"]


def principal(kind: Literal["user", "org"], text: str, issuer: str | None) -> Principal:
    """Return a user or an organisation; raises `CommandFailed` for a name that no token can have."""
    return user(text, issuer) if kind == "user" else organization(text)


def user(text: str, issuer: str | None) -> Principal:
    """Return the user with this id or, with an issuer, with this `sub` in its tokens.

    Raises `CommandFailed` for a text that is no UUID if no issuer is given: no user could have the role.
    """
    subject = text.strip()
    if not subject or len(subject) > MAX_ID_CHARACTERS:
        raise CommandFailed(f"A user has 1 to {MAX_ID_CHARACTERS} characters, as `sub` does in a token.")
    if issuer is not None:
        return Principal("user", user_id_of(issuer, subject))
    if not is_uuid(subject):
        raise CommandFailed(
            f"{subject!r} is not a UUID, and every user's id is one. If it is what tokens say in `sub`, "
            "give what they say in `iss` too: --issuer ISSUER (docs/tokens.md)."
        )
    return Principal("user", subject.lower())


def organization(text: str) -> Principal:
    """Return the organisation with exactly this id in tokens."""
    name = text.strip()
    if not name or len(name.encode()) > MAX_ORGANIZATION_BYTES:
        raise CommandFailed(f"An organisation has 1 to {MAX_ORGANIZATION_BYTES} bytes, as tokens name it.")
    return Principal("org", name)


def named(holder: Principal) -> str:
    """Return the principal as the beginning of a sentence."""
    return f"{'User' if holder.kind == 'user' else 'Organisation'} {holder.id}"
