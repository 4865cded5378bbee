"""Users."""

from dataclasses import dataclass

__all__ = ["User"]


@dataclass(frozen=True, slots=True)
class User:
    """A person, as the identity provider describes them at connect time.

    `id` is always a UUID; `organization_id` and `avatar` (an address) are None where unknown. With
    `has_verified_email`, the provider has verified that `email` belongs to the user.
    """

    id: str
    name: str
    email: str = ""
    organization_id: str | None = None
    avatar: str | None = None
    has_verified_email: bool = False
