"""What every test shares: how long hypothesis searches."""

import os

from hypothesis import HealthCheck, settings

# Machines that run tests are shared and slow at times: an example's time is no finding.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", settings.get_profile("default"), max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
