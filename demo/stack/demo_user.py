"""The users of the demo: Ada, who owns the samples, and others by name."""

import uuid
from dataclasses import dataclass

__all__ = ["DEMO_USER", "ORGANIZATION_ID", "DemoUser", "user_named"]

ORGANIZATION_ID = "threadcast-demo"
"""The organization of most demo users; its members may view the samples."""

_NAMES = uuid.UUID("de300000-0000-4000-8000-000000000000")


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A fictitious user."""

    id: str
    name: str
    organization_id: str = ORGANIZATION_ID


DEMO_USER = DemoUser("ada10000-0000-4000-8000-000000000001", "Ada")
"""The owner of the samples."""


def user_named(name: str) -> DemoUser:
    """Return the user of this name; the same name always has the same id."""
    if name.casefold() == DEMO_USER.name.casefold():
        return DEMO_USER
    return DemoUser(str(uuid.uuid5(_NAMES, name.casefold())), name)
