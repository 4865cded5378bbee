"""The command `threadcast`: the operator's commands, over the table that the arguments name."""

import os
import sys
from datetime import UTC, datetime

from threadcast.cli.command_failed import Refusal
from threadcast.cli.output import Terminal
from threadcast.cli.run import run
from threadcast.cli.table_access import open_library

_INTERRUPTED = 130
_BROKEN_PIPE = 141
"""What a shell says of a process that ended by the signal."""


def main() -> int:
    """Run the command of this process; its exit code."""
    try:
        code = run(
            sys.argv[1:],
            os.environ,
            open_library,
            confirm=_confirmed,
            now=datetime.now(UTC),
            out=sys.stdout,
            err=sys.stderr,
        )
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # whoever reads has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return code


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise Refusal("Nothing was deleted: nobody can be asked here, so --yes is needed.")
    Terminal(sys.stdout).write(question)
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


if __name__ == "__main__":
    sys.exit(main())
