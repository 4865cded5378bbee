"""These tests need the address of a stack, from `make verify`; without it they are not collected."""

import os
from collections.abc import Iterator

import pytest

from tests.coroutine_tests import pytest_pyfunc_call  # noqa: F401 - runs tests that are coroutines
from tests.verification.target import Target, verified_stack

collect_ignore_glob = [] if "VERIFY_URL" in os.environ else ["test_*.py"]

REPORT = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The stack that is verified; what the tests have left in its table is erased at the end."""
    url, token = os.environ["VERIFY_URL"], os.environ.get("VERIFY_TOKEN", "")
    with verified_stack(url, token, os.environ.get("VERIFY_STACK") or None) as target:
        try:
            yield target
        finally:
            request.config.stash[REPORT] = target.clean_up()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the report."""
    if REPORT in config.stash:
        terminalreporter.section("Report")
        for line in config.stash[REPORT]:
            terminalreporter.write_line(line)
        for outcome in ("passed", "failed", "error"):
            for report in terminalreporter.stats.get(outcome, []):
                name = report.nodeid.rpartition("::")[2].removeprefix("test_").replace("_", " ")
                terminalreporter.write_line(f"  {outcome:<7}{name}")
