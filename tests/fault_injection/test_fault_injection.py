"""The short form of the chaos run; `python -m tests.fault_injection --turns 3000` is the long one."""

import pytest

from tests.fault_injection.run import Plan, chaos


@pytest.mark.alone
@pytest.mark.timeout(900)
def test_no_turn_breaks_the_law_whatever_the_weather() -> None:
    report = chaos(Plan(turns=60, seed=1, at_once=4))

    assert report.exceptions == [], str(report)
    assert report.turns >= 60
