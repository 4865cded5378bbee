"""What the settings make of the use cases of turns."""

import pytest

from threadcast.bootstrap import Application
from threadcast.settings import Settings, TurnStarterKind


@pytest.mark.parametrize(("starter", "is_patient"), [("lambda", True), ("inline", False)])
def test_only_where_turns_have_functions_of_their_own_are_table_and_gateway_waited_for(
    starter: TurnStarterKind, is_patient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    settings = Settings(table_name="t", turn_starter=starter)

    policy = Application(settings).turns.policy

    assert (policy.store_timeout_s > 0, policy.gateway_timeout_s > 0) == (is_patient, is_patient)
