"""The query process: requests on standard input, replies on standard output, one JSON document a line.

It has only what a query needs: a limit on its memory and on its CPU time, no files, no new descriptors and
no child processes. It ends when its standard input ends, also while a query runs, so that it does not
outlive its parent.
"""

import _thread
import json
import math
import os
import resource
import sys
import time
from _queue import SimpleQueue  # `queue` would import `threading`

from threadcast.assets.query.engine import MAX_HEAP_BYTES, TOO_MUCH_MEMORY, QueryEngine

__all__ = ["NO_MEMORY_LIMIT", "limit_memory", "main"]

NO_MEMORY_LIMIT = 78
"""The exit code of a process whose platform enforces no limit on its memory (EX_CONFIG of sysexits.h)."""

_ENDED = 1
_MAX_ADDRESS_BYTES = MAX_HEAP_BYTES + 128 * 1024 * 1024
"""SQLite's memory, the interpreter (16 MB of addresses on x86_64) and a batch of rows."""

_STACK_BYTES = 256 * 1024
_SPARE_CPU_S = 1

_NONE_OF = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC)
"""No core dump, which would contain rows; no bytes in files, no further descriptors, no processes."""


def main() -> None:
    """Answer requests until standard input ends."""
    try:
        _serve()
    finally:
        os._exit(_ENDED)  # an ordinary exit would wait for the reading thread


def _serve() -> None:
    requests: SimpleQueue[bytes] = SimpleQueue()
    _thread.stack_size(_STACK_BYTES)
    _thread.start_new_thread(_read, (requests,))
    for which in _NONE_OF:
        _limit(which, 0)
    engine = QueryEngine()
    if not (limit_memory() or engine.enforces_heap_limit()):
        os._exit(NO_MEMORY_LIMIT)
    while True:
        sys.stdout.buffer.write(_answer(engine, requests.get()) + b"\n")
        sys.stdout.buffer.flush()


def _read(requests: "SimpleQueue[bytes]") -> None:
    """Pass lines on; the end of the input ends the process at once, since SQLite releases Python's lock."""
    while line := sys.stdin.buffer.readline():
        requests.put(line)
    os._exit(0)


def _answer(engine: QueryEngine, line: bytes) -> bytes:
    """Return the reply to one request: rows to load, a query, or neither, which is answered with {}."""
    try:
        request = json.loads(line)
        reply: dict[str, object] = {}
        if "sql" in request:
            _limit_cpu(request["max_s"])
            reply = engine.query(request["sql"], request["max_rows"], request["max_bytes"])
        elif "rows" in request:
            engine.load(request["table"], request["columns"], request["rows"])
        return json.dumps(reply).encode()
    except MemoryError:
        return json.dumps({"refusal": TOO_MUCH_MEMORY}).encode()


def _limit_cpu(max_s: float) -> None:
    """Let the kernel end the process after `max_s` more seconds of CPU time, in case its parent cannot."""
    _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + max_s) + _SPARE_CPU_S, is_final=False)


def _limit(which: int, value: int, *, is_final: bool = True) -> None:
    """Set a limit of this process, at most the one that it has; it can be raised later unless it is final."""
    _, most = resource.getrlimit(which)
    lowest = value if most == resource.RLIM_INFINITY else min(value, most)
    try:  # noqa: SIM105 - `contextlib` would be one more import
        resource.setrlimit(which, (lowest, lowest if is_final else most))
    except (ValueError, OSError):
        pass  # not every platform has every limit


def limit_memory() -> bool:
    """Limit the process's addresses; return whether the platform enforces it: Linux does, macOS does not.

    Where it does not, the memory that this requests is not touched, and freed at once.
    """
    _limit(resource.RLIMIT_AS, _MAX_ADDRESS_BYTES)
    try:
        bytes(_MAX_ADDRESS_BYTES)
    except MemoryError:
        return True
    return False
