"""The secret of local tokens, which functions get by their environment: the template has no parameter."""

import os
from collections.abc import Mapping
from types import MappingProxyType

from demo.errors import DemoError

__all__ = ["SECRET_FROM_ENVIRONMENT", "own_secret"]

SECRET_FROM_ENVIRONMENT: Mapping[str, str] = MappingProxyType({"TokenSecretParameter": "/local/TOKEN_SECRET"})
"""Parameters that satisfy the template's rule; the variable TOKEN_SECRET takes precedence over them."""

_MIN_SECRET_BYTES = 32


def own_secret() -> str | None:
    """Return TOKEN_SECRET of the environment: a command line would be visible to other users.

    Raises:
        DemoError: it has fewer than 32 bytes.
    """
    secret = os.environ.get("TOKEN_SECRET", "")
    if secret and len(secret.encode()) < _MIN_SECRET_BYTES:
        raise DemoError(f"TOKEN_SECRET must have at least {_MIN_SECRET_BYTES} bytes.")
    return secret or None
