"""The port `Directory`: the users of each organisation by their verified e-mail address."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

__all__ = ["Directory"]


class Directory(Protocol):
    """Finds users by address, within one organisation. Every method raises `StoreUnavailable`.

    Addresses are compared without regard to case.
    """

    def register(self, organization_id: str, email: str, user_id: str, now: datetime) -> None:
        """Store a user's address, for half a year; the user who registered it last is found by it."""
        ...

    def find(self, organization_id: str, emails: Sequence[str]) -> Mapping[str, str]:
        """Return the id of each user whom one of these addresses belongs to, by the address as given.

        An unknown address costs the same read as a known one.
        """
        ...
