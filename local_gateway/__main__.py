"""`python -m local_gateway`: see `--help`."""

import sys

from local_gateway.cli import main

if __name__ == "__main__":
    sys.exit(main())
