"""The timeouts that the bootstrap derives from the settings."""

import pytest

from threadcast.bootstrap import Application
from threadcast.settings import Settings, TurnStarterKind


@pytest.mark.parametrize(("starter", "waits"), [("lambda", True), ("inline", False)])
def test_table_and_gateway_have_retry_budgets_only_if_turns_run_in_their_own_function(
    starter: TurnStarterKind, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    settings = Settings(table_name="t", turn_starter=starter)

    policy = Application(settings).turns.policy

    assert (policy.store_timeout_s > 0, policy.gateway_timeout_s > 0) == (waits, waits)
