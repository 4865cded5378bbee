"""These tests need what `make test-built` builds; without it they are not collected."""

import os

collect_ignore_glob = [] if "BUILT_TEMPLATE" in os.environ else ["test_*.py"]
