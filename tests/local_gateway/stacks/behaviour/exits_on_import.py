"""Ends its process while it is loaded."""

import sys

sys.exit(3)
