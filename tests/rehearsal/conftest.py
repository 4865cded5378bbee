"""These tests need what `make rehearse` builds and installs; without it they are not collected."""

import os
from collections.abc import Iterator

import pytest

from tests.rehearsal.deployment import Deployment, deployed
from tests.rehearsal.emulator import running_emulator

collect_ignore_glob = [] if "REHEARSAL_TEMPLATE" in os.environ else ["test_*.py"]


REPORT = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest) -> list[str]:
    """Lines that are printed at the end."""
    return request.config.stash.setdefault(REPORT, [])


@pytest.fixture(scope="session")
def deployment(report: list[str]) -> Iterator[Deployment]:
    """The built stack, deployed by `sam deploy` into MiniStack."""
    with running_emulator() as emulator:
        found = deployed(emulator)
        report.append(f"sam deploy: {found.stack['StackStatus']}")
        yield found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the report."""
    if REPORT in config.stash:
        terminalreporter.section("Report")
        for line in config.stash[REPORT]:
            terminalreporter.write_line(line)
