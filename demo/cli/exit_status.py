"""How a command of the demo ends: an exit code, and one line where something went wrong."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from demo.errors import DemoError
from local_gateway import GatewayError
from threadcast_client import ClientError

__all__ = ["FAILED", "INTERRUPTED", "carried_out", "uninterrupted", "wait_for_the_end"]

FAILED: Final = 1
INTERRUPTED: Final = 130
"""What a shell expects of a command that Ctrl-C ended."""

_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def carried_out(work: Callable[[], int]) -> int:
    """Do the work and return its exit code; errors that are meant for people become one line.

    SIGTERM, and SIGHUP from a terminal that is closed, end it in good order, as Ctrl-C does.
    """
    for number in _ENDINGS:
        signal.signal(number, signal.default_int_handler)
    try:
        return work()
    except (DemoError, GatewayError, ClientError) as problem:
        sys.stderr.write(f"error: {problem}\n")
        return FAILED
    except BrokenPipeError:  # whoever read the output has left
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C and its like back while the block runs; then they come as `KeyboardInterrupt`.

    A start or an end that is broken off half way would leave processes behind. The processes that it starts
    hear a terminal's Ctrl-C too: what fails because of that counts as interrupted, not as failed.
    """
    heard: list[int] = []
    former = {number: signal.signal(number, lambda got, _: heard.append(got)) for number in _ENDINGS}
    try:
        yield
    except Exception:
        if heard:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    if heard:
        raise KeyboardInterrupt


def wait_for_the_end() -> None:
    """Return at the first Ctrl-C or its like."""
    done = threading.Event()
    for number in _ENDINGS:
        signal.signal(number, lambda *_: done.set())
    done.wait()
