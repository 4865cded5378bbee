"""What `make test-built` has built is what these run; without it there is nothing to test."""

import os

collect_ignore_glob = [] if "BUILT_TEMPLATE" in os.environ else ["test_*.py"]
