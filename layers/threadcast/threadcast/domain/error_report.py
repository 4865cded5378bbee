"""Describes an exception for the log by what cannot hold a prompt, an answer or a secret."""

import traceback
from collections.abc import Iterator
from pathlib import PurePath
from types import TracebackType

from threadcast.errors import ThreadcastError

__all__ = ["error_facts"]

_MAX_CAUSES = 5
_MAX_FRAMES = 20
_PATH_PARTS = 3


def error_facts(error: BaseException) -> dict[str, str]:
    """Return the `extra` of a log line: `reason` and `trace`.

    `reason` names the types of the exception and of its causes, with the texts of those that are ours;
    `trace` has the positions of each in the code, outermost first.

    Log an exception with this, never with `exc_info`, which writes source lines and the texts of foreign
    exceptions; these may quote anything.
    """
    return {
        "reason": " from ".join(map(_described, _chain(error))),
        "trace": " from ".join(_positions(link.__traceback__) for link in _chain(error)),
    }


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_MAX_CAUSES):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _described(error: BaseException) -> str:
    is_ours = isinstance(error, ThreadcastError) and error.text_is_loggable
    return f"{type(error).__name__}: {error}" if is_ours else type(error).__name__


def _positions(trace: TracebackType | None) -> str:
    frames = list(traceback.walk_tb(trace))[-_MAX_FRAMES:]
    return ", ".join(
        f"{'/'.join(PurePath(frame.f_code.co_filename).parts[-_PATH_PARTS:])}:{line} {frame.f_code.co_name}"
        for frame, line in frames
    )
