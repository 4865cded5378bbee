"""What every test shares: how long hypothesis searches, and that none leaves this machine."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.network import only_this_machine

# Machines that run tests are shared and slow at times: an example's time is no finding.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", settings.get_profile("default"), max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with only_this_machine():
        yield
