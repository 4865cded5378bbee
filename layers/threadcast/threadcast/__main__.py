"""`python -m threadcast`: the operator's commands, over the table that the arguments name."""

import os
import sys
from datetime import UTC, datetime

from threadcast.cli.refusal import Refusal
from threadcast.cli.run import run
from threadcast.cli.tables import open_library


def main() -> int:
    """Run the command of this process; its exit code."""
    return run(
        sys.argv[1:],
        os.environ,
        open_library,
        confirm=_confirmed,
        now=datetime.now(UTC),
        out=sys.stdout,
        err=sys.stderr,
    )


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise Refusal("Nothing was deleted: nobody can be asked here, so --yes is needed.")
    return input(question).strip().lower() in {"y", "yes"}


if __name__ == "__main__":
    sys.exit(main())
