"""The command `local-gateway`; `python -m local_gateway` is the same."""

import sys

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> int:
    """Run the command line of this process; return its exit code."""
    try:
        from local_gateway.cli import main as run  # noqa: PLC0415 - the import takes half a second, during which Ctrl-C may arrive

        return run()
    except KeyboardInterrupt:  # during the import, or after everything has ended
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
