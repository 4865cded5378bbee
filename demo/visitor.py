"""Who talks in the demo."""

import uuid
from dataclasses import dataclass

__all__ = ["ORGANIZATION_ID", "VISITOR", "Visitor", "visitor_named"]

ORGANIZATION_ID = "threadcast-demo"
"""Everybody here belongs to it, and its members may view the samples."""

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
