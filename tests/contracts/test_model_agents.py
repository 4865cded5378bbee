"""What every `Agent` does: the model's agent over either kind of endpoint, through real sockets."""

from collections.abc import Iterator, Sequence

import pytest

from tests.contracts.agent_contract import AgentContract
from tests.model_agent.agent_runs import answering
from tests.model_agent.scripted_model import Asked, Piece, Say, Think, Use
from threadcast.ports import Agent


def an_analyst(asked: Asked) -> Sequence[Piece]:
    """A model that thinks, queries once where it can, and answers."""
    if asked.is_for_a_title:
        return (Say("Net ", "generation ", "by year"),)
    if "query_data" in asked.tools and not asked.results:
        table = "iowa_electricity_generation_by_source"
        sql = f"SELECT year, sum(net_generation) FROM {table} GROUP BY 1 ORDER BY 2 DESC LIMIT 1"  # noqa: S608
        return (Think("I need ", "the totals."), Use("query_data", {"sql": sql, "purpose": "Totals by year"}))
    return (Think("Now I ", "know."), Say("It was ", "2010."))


class OverAnEndpoint(AgentContract):
    endpoint: str

    @pytest.fixture
    def agent(self) -> Iterator[Agent]:
        with answering(self.endpoint, an_analyst) as world:
            yield world.agent


class TestBedrock(OverAnEndpoint):
    endpoint = "bedrock"


class TestOpenAICompatible(OverAnEndpoint):
    endpoint = "openai"
