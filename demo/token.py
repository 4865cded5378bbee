"""`make token`: a token for anybody, on a stack that `make start`, `make demo` or `make chat` runs."""

import argparse
import sys
from collections.abc import Sequence

from demo.cli.exit_status import carried_out
from demo.cli.options import add_port
from demo.errors import DemoError
from demo.stack.demo_user import DEMO_USER, user_named
from demo.stack.registry import find_run
from demo.stack.token_signer import TOKEN_LIFETIME_S

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the token, and nothing else, to the standard output; whose it is goes to the other one."""
    options = _parser().parse_args(arguments)
    return carried_out(lambda: _write_token(options.name, options.port))


def _write_token(name: str, port: int | None) -> int:
    run, visitor = find_run(port), user_named(name)
    if run.signer is None:
        raise DemoError(f"{run.websocket_url} takes tokens of your identity provider alone.")
    hours = TOKEN_LIFETIME_S // 3600
    sys.stderr.write(f"{visitor.name} is user {visitor.id}; good for {hours} hours at {run.websocket_url}\n")
    sys.stdout.write(run.signer.token(visitor) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.token", description=__doc__)
    parser.add_argument("--name", default=DEMO_USER.name, help="whose token (default: %(default)s)")
    add_port(parser, "of the stack, where several run")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
