"""Shared by all tests: hypothesis profiles, the order of modules, no network, cached SDK models."""

import functools
import io
import logging
import os
from collections.abc import Iterator

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.network import blocked_network
from threadcast.entrypoints.instrumented import logger

# No deadline: test machines are shared, so the duration of an example proves nothing.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", settings.get_profile("default"), max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

LONGEST_FIRST = ("fault_injection", "e2e", "demo", "local_gateway", "model_agent")
"""Folders whose tests mostly wait for processes; they start first so that they do not finish last."""

E2E = "tests/e2e/"

collect_ignore = [] if "BROWSER_TESTS" in os.environ else ["browser"]
"""The browser tests need what only `make test-web` installs."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest folders first; `--no-loadscope-reorder` keeps that order for several workers."""
    folders = {folder: place for place, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: min(folders.get(part, len(folders)) for part in item.nodeid.split("/")))


class _SharedStacks(LoadFileScheduling):
    """Gives the files that share running stacks to one worker, other files one by one."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return E2E if file.startswith(E2E) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Return how tests are distributed over workers, whatever `--dist` says."""
    return _SharedStacks(config, log)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with blocked_network():
        yield


@pytest.fixture(autouse=True, scope="session")
def _service_models_are_read_once() -> Iterator[None]:
    """Cache botocore's JSON models: parsing them for each new session takes longer than most tests."""
    read = functools.cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """The log output of functions."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logger.registered_formatter)
    logging.getLogger("threadcast").addHandler(handler)
    yield written
    logging.getLogger("threadcast").removeHandler(handler)
