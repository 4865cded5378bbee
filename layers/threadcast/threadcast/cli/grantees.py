"""Whom an operator means: users and organisations as tokens name them, made into those who hold roles."""

from typing import Literal

from threadcast.adapters.jwt.claims import MAX_ID_CHARACTERS, user_id_of
from threadcast.assets.kinds.definition_checks import is_uuid
from threadcast.cli.command_failed import Refusal
from threadcast.domain.access import Principal

__all__ = ["named", "organization", "principal", "user"]


def principal(kind: Literal["user", "org"], text: str, issuer: str | None) -> Principal:
    """One user, or everybody of an organisation; raises `Refusal` where no token could name them so."""
    return user(text, issuer) if kind == "user" else organization(text)


def user(text: str, issuer: str | None) -> Principal:
    """The user of this id; with an issuer, the one whom its tokens call so in `sub`.

    Raises `Refusal` for what is no UUID where no issuer is given: its role would be nobody's.
    """
    subject = text.strip()
    if not subject or len(subject) > MAX_ID_CHARACTERS:
        raise Refusal(f"A user has 1 to {MAX_ID_CHARACTERS} characters, as `sub` does in a token.")
    if issuer is not None:
        return Principal("user", user_id_of(issuer, subject))
    if not is_uuid(subject):
        raise Refusal(
            f"{subject!r} is not a UUID, and every user's id is one. If it is what tokens say in `sub`, "
            "give what they say in `iss` too: --issuer ISSUER (docs/tokens.md)."
        )
    return Principal("user", subject.lower())


def organization(text: str) -> Principal:
    """Everybody whose token names this organisation, letter by letter."""
    name = text.strip()
    if not name or len(name) > MAX_ID_CHARACTERS:
        raise Refusal(f"An organisation has 1 to {MAX_ID_CHARACTERS} characters, as tokens name it.")
    return Principal("org", name)


def named(holder: Principal) -> str:
    """Them at the beginning of a sentence."""
    return f"{'User' if holder.kind == 'user' else 'Organisation'} {holder.id}"
