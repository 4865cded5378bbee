"""Exit codes, one-line error messages, and signals: how a command of the demo ends."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from demo.errors import DemoError
from local_gateway import GatewayError
from threadcast_client import ClientError

__all__ = ["FAILED", "INTERRUPTED", "deferred_signals", "exit_status", "wait_for_signal"]

FAILED: Final = 1
INTERRUPTED: Final = 130
"""What a shell expects of a command that Ctrl-C ended: 128 + SIGINT."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def exit_status(work: Callable[[], int]) -> int:
    """Run `work` and return its exit code; an error with a message for users is printed as one line.

    SIGTERM, and SIGHUP from a terminal that is closed, raise `KeyboardInterrupt` as Ctrl-C does.
    """
    for number in _SIGNALS:
        signal.signal(number, signal.default_int_handler)
    try:
        return work()
    except (DemoError, GatewayError, ClientError) as problem:
        sys.stderr.write(f"error: {problem}\n")
        return FAILED
    except BrokenPipeError:  # the reader of the output has closed it
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


@contextmanager
def deferred_signals() -> Iterator[None]:
    """Defer SIGINT, SIGTERM and SIGHUP to the end of the block, then raise `KeyboardInterrupt`.

    Without that, an interrupted start or shutdown would leave processes behind. A terminal sends Ctrl-C to
    child processes too: an error in the block after a signal counts as an interruption, not as a failure.
    """
    received: list[int] = []
    former = {number: signal.signal(number, lambda number, _: received.append(number)) for number in _SIGNALS}
    try:
        yield
    except Exception:
        if received:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    if received:
        raise KeyboardInterrupt


def wait_for_signal() -> None:
    """Return at the first SIGINT, SIGTERM or SIGHUP."""
    done = threading.Event()
    for number in _SIGNALS:
        signal.signal(number, lambda *_: done.set())
    done.wait()
