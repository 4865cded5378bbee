"""`make token`: print a token of any user, for a stack that `make start`, `make demo` or `make chat` runs."""

import argparse
import sys
from collections.abc import Sequence

from demo.cli.exit_status import exit_status
from demo.cli.options import add_port
from demo.errors import DemoError
from demo.stack.demo_user import DEMO_USER, user_named
from demo.stack.registry import find_stack
from demo.stack.token_signer import TOKEN_LIFETIME_S

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the token alone to the standard output, and a description of it to the standard error."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _write_token(options.name, options.port))


def _write_token(name: str, port: int | None) -> int:
    stack, user = find_stack(port), user_named(name)
    if stack.signer is None:
        raise DemoError(f"{stack.websocket_url} accepts only tokens of your identity provider.")
    hours = TOKEN_LIFETIME_S // 3600
    sys.stderr.write(f"{user.name} is user {user.id}; valid for {hours} hours at {stack.websocket_url}\n")
    sys.stdout.write(stack.signer.sign(user) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.token", description=__doc__)
    parser.add_argument("--name", default=DEMO_USER.name, help="the user's name (default: %(default)s)")
    add_port(parser, "of the stack, where several run")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
