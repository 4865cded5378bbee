"""Roles, the principals that hold them, and what they permit."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from threadcast.domain.user import User

__all__ = ["Grant", "Principal", "Role", "principals_of", "strongest"]


class Role(StrEnum):
    """What a principal may do with a chat or an asset; declared from the weakest to the strongest."""

    CAN_VIEW = "can_view"
    CAN_FILTER = "can_filter"
    CAN_EDIT = "can_edit"
    FULL_ACCESS = "full_access"
    OWNER = "owner"

    def includes(self, needed: "Role") -> bool:
        """Return whether this role permits what `needed` permits."""
        return _RANK[self] >= _RANK[needed]


_RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Principal:
    """A holder of roles: one user, or every user of an organisation."""

    kind: Literal["user", "org"]
    id: str

    def __str__(self) -> str:
        return f"{self.kind}#{self.id}"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a principal holds on a chat or an asset."""

    principal: Principal
    role: Role


def principals_of(user: User) -> tuple[Principal, ...]:
    """Return the principals of a user: the user, then the organisation, if there is one."""
    own = (Principal("user", user.id),)
    return own if user.organization_id is None else (*own, Principal("org", user.organization_id))


def strongest(roles: Iterable[Role | None]) -> Role | None:
    """Return the strongest of these roles; None where there is none."""
    return max((role for role in roles if role is not None), key=_RANK.__getitem__, default=None)
