"""The short fault-injection run; `python -m tests.fault_injection --turns 3000` is the long one."""

import pytest

from tests.fault_injection.run import RunParameters, run_fault_injection


@pytest.mark.timeout(900)
def test_no_turn_violates_an_invariant_while_faults_are_injected() -> None:
    report = run_fault_injection(RunParameters(turns=60, seed=1, concurrent_users=5))

    assert report.violations == [], str(report)
    assert report.turns >= 60
