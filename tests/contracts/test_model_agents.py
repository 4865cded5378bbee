"""The contract suite of `Agent`, over the model agent with both kinds of endpoint, through real sockets."""

from collections.abc import Iterator, Sequence

import pytest

from tests.contracts.agent_contract import AgentContract
from tests.model_agent.agent_runs import answering
from tests.model_agent.scripted_model import ModelRequest, Piece, Say, Think, Use
from threadcast.ports import Agent


def an_analyst(request: ModelRequest) -> Sequence[Piece]:
    """Reply as a model that thinks, runs a query if it can, and answers."""
    if request.is_title_request:
        return (Say("Net ", "generation ", "by year"),)
    if "query_data" in request.tools and not request.results:
        table = "iowa_electricity_generation_by_source"
        sql = f"SELECT year, sum(net_generation) FROM {table} GROUP BY 1 ORDER BY 2 DESC LIMIT 1"  # noqa: S608
        return (Think("I need ", "the totals."), Use("query_data", {"sql": sql, "purpose": "Totals by year"}))
    return (Think("Now I ", "know."), Say("It was ", "2010."))


class OverAnEndpoint(AgentContract):
    endpoint: str

    @pytest.fixture
    def agent(self) -> Iterator[Agent]:
        with answering(self.endpoint, an_analyst) as setup:
            yield setup.agent


class TestBedrock(OverAnEndpoint):
    endpoint = "bedrock"


class TestOpenAICompatible(OverAnEndpoint):
    endpoint = "openai"
