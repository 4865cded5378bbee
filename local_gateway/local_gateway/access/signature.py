"""The presence of a signature, which AWS's APIs require. The gateway does not verify signatures."""

from typing import Final

__all__ = ["MISSING_SIGNATURE", "is_signed"]

MISSING_SIGNATURE: Final = ("MissingAuthenticationTokenException", "Missing Authentication Token")
"""Type and message of the error, whose status is 403."""


def is_signed(authorization: str | None) -> bool:
    """Return whether an Authorization header, None if there is none, has a signature of version 4."""
    return authorization is not None and authorization.startswith("AWS4-HMAC-SHA256")
