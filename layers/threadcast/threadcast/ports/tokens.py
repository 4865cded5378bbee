"""The port `TokenVerifier`."""

from typing import Protocol

from threadcast.domain.user import User

__all__ = ["TokenVerifier"]


class TokenVerifier(Protocol):
    """Verifies tokens."""

    def verify(self, token: str) -> User:
        """Return the user of a valid token; raises `TokenRejected`."""
        ...
