"""Checks of a definition, each with a reason that helps whoever wrote the file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from threadcast.errors import DefinitionFault

__all__ = ["is_uuid", "require_list", "require_mapping", "require_text", "require_texts"]


def require_text(found: Mapping[str, Any], key: str, source: str) -> str:
    """The text under `key`, which must be there and not be blank."""
    value = found.get(key)
    if isinstance(value, str) and value.strip():
        return value
    raise DefinitionFault(source, f"'{key}' must be a text that is not empty{_instead_of(value)}")


def require_mapping(found: Mapping[str, Any], key: str, source: str) -> Mapping[str, Any]:
    """The mapping under `key`, which must be there."""
    value = found.get(key)
    if isinstance(value, Mapping):
        return value
    raise DefinitionFault(source, f"'{key}' must be a mapping of keys to values{_instead_of(value)}")


def require_list(found: Mapping[str, Any], key: str, source: str) -> list[Any]:
    """The list under `key`, which must be there and not be empty."""
    value = found.get(key)
    if isinstance(value, list) and value:
        return value
    raise DefinitionFault(source, f"'{key}' must be a list that is not empty{_instead_of(value)}")


def require_texts(found: Mapping[str, Any], key: str, source: str) -> list[str]:
    """The list of texts under `key`; an absent one counts as empty."""
    value = found.get(key)
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise DefinitionFault(source, f"'{key}' must be a list of texts{_instead_of(value)}")


def is_uuid(value: object) -> bool:
    """Whether it is a text that names a UUID in the usual form, hyphens included."""
    if not isinstance(value, str):
        return False
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _instead_of(value: object) -> str:
    if value is None:
        return " (it is missing)"
    return f" (it is {type(value).__name__}: {str(value)[:40]!r})"
