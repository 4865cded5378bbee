"""The command `local-gateway`; `python -m local_gateway` is the same."""

import sys

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> int:
    """Run the command of this process; its exit code."""
    try:
        from local_gateway.cli import main as run  # noqa: PLC0415 - half a second in which Ctrl-C may come

        return run()
    except KeyboardInterrupt:  # while it loads, or once everything has ended
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
