"""Runs queries on a real SQLite that accepts a memory limit without counting, and prints the result as JSON.

python -m tests.assets.query.uncounted_query; null if this Python does not allow the configuration.
"""

# ruff: noqa: T201 - a script prints

import _sqlite3
import ctypes
import json

from tests.assets.query.hostile_query import QUERIES
from threadcast.assets.query.engine import QueryEngine
from threadcast.assets.query.engine_main import limit_memory

_CONFIG_MEMSTATUS = 9


def disable_memory_count() -> bool:
    """Turn SQLite's memory count off, as a build or a host may; return whether that succeeded."""
    try:
        sqlite = ctypes.CDLL(_sqlite3.__file__)
        results = (sqlite.sqlite3_shutdown(), sqlite.sqlite3_config(_CONFIG_MEMSTATUS, 0))
        return (*results, sqlite.sqlite3_initialize()) == (0, 0, 0)
    except (AttributeError, OSError):
        return False


def main() -> None:
    """Print whether SQLite and the platform enforce their limits, and the reply to a query that grows."""
    if not disable_memory_count():
        print("null")
        return
    engine = QueryEngine()
    enforces_heap_limit = engine.enforces_heap_limit()
    limits_addresses = limit_memory()
    engine.load("t", ["x"], [[number] for number in range(200)])
    reply = engine.query(QUERIES["waiting rows"], 1, 1_000) if limits_addresses else {}
    print(json.dumps([enforces_heap_limit, limits_addresses, reply.get("refusal")]))


if __name__ == "__main__":
    main()
