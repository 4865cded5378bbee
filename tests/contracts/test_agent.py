"""The contract suite of `Agent`, over the offline analyst."""

import pytest

from tests.contracts.agent_contract import AgentContract
from threadcast.ports import Agent
from threadcast_analyst import OfflineAnalyst


class TestOfflineAnalyst(AgentContract):
    @pytest.fixture
    def agent(self) -> Agent:
        return OfflineAnalyst()


class TestOfflineAnalystWithPauses(AgentContract):
    @pytest.fixture
    def agent(self) -> Agent:
        return OfflineAnalyst(pace_s=1e-6)
