"""The command `threadcast`, for operators."""

import os
import sys
from datetime import UTC, datetime

from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.output import Output
from threadcast.cli.run import run
from threadcast.cli.table.table_access import open_stores

_INTERRUPTED = 130
_BROKEN_PIPE = 141
"""The exit code that shells report for a process ended by this signal."""


def main() -> int:
    """Run the command of this process; return its exit code."""
    try:
        code = run(
            sys.argv[1:],
            os.environ,
            open_stores,
            confirm=_confirm,
            now=datetime.now(UTC),
            out=sys.stdout,
            err=sys.stderr,
        )
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader has closed the pipe, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return code


def _confirm(question: str) -> bool:
    if not sys.stdin.isatty():
        raise CommandFailed("Nothing was changed: without a terminal, --yes is required.")
    Output(sys.stderr).write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


if __name__ == "__main__":
    sys.exit(main())
