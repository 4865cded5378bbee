"""Runs the sandbox on a real SQLite that accepts a memory limit without counting, and prints its result.

python -m tests.model_agent.uncounted_query; "unknown" if this Python does not allow the configuration.
"""

# ruff: noqa: T201 - a script prints

import _sqlite3
import ctypes

from threadcast.assets.query.sandbox import supports_memory_limit

_CONFIG_MEMSTATUS = 9


def disable_memory_count() -> bool:
    """Turn SQLite's memory count off, as a build or a host may; return whether that succeeded."""
    try:
        sqlite = ctypes.CDLL(_sqlite3.__file__)
        results = (sqlite.sqlite3_shutdown(), sqlite.sqlite3_config(_CONFIG_MEMSTATUS, 0))
        return (*results, sqlite.sqlite3_initialize()) == (0, 0, 0)
    except (AttributeError, OSError):
        return False


if __name__ == "__main__":
    print(supports_memory_limit() if disable_memory_count() else "unknown")
