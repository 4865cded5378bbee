"""The sandbox over a true SQLite that takes a limit on its memory and keeps no count: prints what it offers.

python -m tests.model_agent.uncounted_query; "unknown" where this Python does not let itself be told.
"""

# ruff: noqa: T201 - a script prints

import _sqlite3
import ctypes

from threadcast.assets.query.sandbox import supports_memory_limit

_CONFIG_MEMSTATUS = 9


def counts_no_longer() -> bool:
    """Have SQLite forget how much it holds, as a build or a host may; whether it did as it was told."""
    try:
        sqlite = ctypes.CDLL(_sqlite3.__file__)
        told = (sqlite.sqlite3_shutdown(), sqlite.sqlite3_config(_CONFIG_MEMSTATUS, 0))
        return (*told, sqlite.sqlite3_initialize()) == (0, 0, 0)
    except (AttributeError, OSError):
        return False


if __name__ == "__main__":
    print(supports_memory_limit() if counts_no_longer() else "unknown")
