"""`python -m local_gateway`: see `--help`."""

import sys

if __name__ == "__main__":
    try:
        from local_gateway.cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # while it loads, which takes half a second, or once everything has ended
        sys.exit(130)
