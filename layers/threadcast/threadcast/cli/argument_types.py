"""Types of arguments, each a function for `argparse`."""

import re
from argparse import ArgumentTypeError
from decimal import Decimal
from urllib.parse import urlsplit

from threadcast.assets.kinds.definition_checks import is_uuid
from threadcast.domain.access import Role

__all__ = ["GRANTABLE", "address", "dollars", "natural", "role", "uuid"]

GRANTABLE = tuple(role for role in Role if role is not Role.OWNER)
"""Roles that `grant` can give; the owner is set by `load`."""


def uuid(text: str) -> str:
    """Return a UUID in lower case."""
    if not is_uuid(text):
        raise ArgumentTypeError(f"{text!r} is not a UUID")
    return text.lower()


def natural(text: str) -> int:
    """Return a whole number from 0, of at most 15 digits."""
    if re.fullmatch(r"[0-9]{1,15}", text) is None:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def dollars(text: str) -> Decimal:
    """Return an amount of US dollars, below a billion."""
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) is None:
        raise ArgumentTypeError(f"{text!r} is not an amount like 12.50")
    return Decimal(text)


def address(text: str) -> str:
    """Return the address of a server."""
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        is_one = False
    if not is_one:
        raise ArgumentTypeError(f"{text!r} is not an address like http://127.0.0.1:8000")
    return text


def role(text: str) -> Role:
    """Return a role that can be granted."""
    if text == Role.OWNER:
        raise ArgumentTypeError("an asset has one owner, whom `assets load --owner` names")
    if text not in GRANTABLE:
        raise ArgumentTypeError(f"{text!r} is not one of {', '.join(GRANTABLE)}")
    return Role(text)
