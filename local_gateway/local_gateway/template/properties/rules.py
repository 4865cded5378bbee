"""What the gateway does with a property of a resource."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

__all__ = ["HONOURED", "NO_EFFECT", "Differs", "NotEnforced", "PropertyRule", "rules"]


class _Plain(Enum):
    HONOURED = auto()
    NO_EFFECT = auto()


HONOURED: Final = _Plain.HONOURED
"""The gateway behaves as the property says."""
NO_EFFECT: Final = _Plain.NO_EFFECT
"""The property has no effect on what functions and clients observe, on AWS either."""


@dataclass(frozen=True, slots=True)
class NotEnforced:
    """A restriction that the gateway does not enforce, such as permissions: only AWS refuses something."""

    what: str


@dataclass(frozen=True, slots=True)
class Differs:
    """The property is left out; `how` says what then differs from AWS."""

    how: str


PropertyRule: TypeAlias = _Plain | NotEnforced | Differs


def rules(
    honoured: str = "",
    no_effect: str = "",
    *,
    not_enforced: Mapping[str, str] | None = None,
    differs: Mapping[str, str] | None = None,
) -> dict[str, PropertyRule]:
    """Return the rule of each property; the first two arguments list names, separated by spaces."""
    return {
        **dict.fromkeys(honoured.split(), HONOURED),
        **dict.fromkeys(no_effect.split(), NO_EFFECT),
        **{name: NotEnforced(what) for name, what in (not_enforced or {}).items()},
        **{name: Differs(how) for name, how in (differs or {}).items()},
    }
