"""Every numeric parameter of the template, at both ends of its declared range."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from local_gateway import ParameterError
from local_gateway.template.intrinsics import Resolver
from local_gateway.template.parameter_checks import check_parameters
from local_gateway.template.physical_names import PhysicalNames
from local_gateway.template.sam_translation import read_template
from tests.fakes import RecordingPusher
from tests.metric_storage import metric_storage
from tests.model_agent.openai_server import openai_server
from tests.model_agent.scripted_model import Say
from tests.turns.test_endings import terminals
from tests.turns.world import WIND, World
from threadcast.adapters.memory import MemoryTable
from threadcast.assets.making.metric_storage import MetricLimits
from threadcast.bootstrap import Application
from threadcast.ports import Agent, AgentTask, Connection
from threadcast.ports.agent_events import AgentEvent
from threadcast.settings import Settings
from threadcast.turns.commands import PostRequest
from threadcast_analyst import MetricMaker, OfflineAnalyst

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
UNBOUNDED = 1_000_000
"""Stands for the upper end of a range without one."""

TOO_SHORT_FOR_A_SLOW_MACHINE = ("ModelMaxSeconds", 1)
"""There the answer may be cut short; the turn ends once all the same."""


@cache
def template() -> Mapping[str, Any]:
    return read_template(TEMPLATE)


def numeric_parameters() -> dict[str, tuple[int, int]]:
    """Return both ends of each parameter's range, by name."""
    found = {name: each for name, each in template()["Parameters"].items() if each["Type"] == "Number"}
    return {name: _range(declared) for name, declared in found.items()}


def _range(declared: Mapping[str, Any]) -> tuple[int, int]:
    allowed = declared.get("AllowedValues", ())
    return (
        min([*allowed, *filter(None, [declared.get("MinValue")])], default=0),
        max(allowed, default=declared.get("MaxValue", UNBOUNDED)),
    )


def ends() -> list[tuple[str, int]]:
    return [(name, end) for name, both in numeric_parameters().items() for end in both]


def environment(**given: str) -> dict[str, str]:
    """Return the variables of all functions that hold a parameter's value."""
    parameters = {name: str(each.get("Default", "")) for name, each in template()["Parameters"].items()}
    values = parameters | given
    functions = (each for each in template()["Resources"].values() if each["Type"].endswith("::Function"))
    variables = [template()["Globals"]["Function"], *(each["Properties"] for each in functions)]
    return {
        variable: values[value["Ref"]]
        for each in variables
        for variable, value in each["Environment"]["Variables"].items()
        if isinstance(value, dict) and value.get("Ref") in values
    }


def reaches_a_function(parameter: str) -> bool:
    return "a value of its own" in environment(**{parameter: "a value of its own"}).values()


def check(name: str, value: int) -> None:
    body, given = dict(template()), {"TokenSecretParameter": "/token-secret", name: str(value)}
    check_parameters(body, given, Resolver(body, given, PhysicalNames("local", "us-east-1")))


@pytest.mark.parametrize("name", numeric_parameters())
def test_a_parameter_is_accepted_at_both_ends_of_its_range_and_refused_beyond(name: str) -> None:
    low, high = numeric_parameters()[name]
    check(name, low)
    check(name, high)

    with pytest.raises(ParameterError, match=name):
        check(name, low - 1)
    if high != UNBOUNDED:
        with pytest.raises(ParameterError, match=name):
            check(name, high + 1)


METRIC_PARAMETERS = ("MetricsPerUser", "MadeMetricDays")


@pytest.mark.parametrize(("name", "value"), [each for each in ends() if each[0] in METRIC_PARAMETERS])
def test_a_metric_is_made_or_refused_in_words_at_both_ends_of_its_parameters(name: str, value: int) -> None:
    settings = Settings.from_mapping(environment(**{name: str(value)}))
    limits = MetricLimits(settings.metrics_per_user, settings.made_metric_days)
    world, table = World(), MemoryTable()
    maker = MetricMaker(metric_storage(table, limits), world.use_cases.new_id, world.clock)
    world.change(agent=lambda: OfflineAnalyst(maker=maker))
    connection = world.connect()

    world.ask(PostRequest("Make a metric of 2002", asset=WIND), connection)

    assert terminals(world, connection) == [("complete", None)]
    answer = str(world.pusher.received(connection)[-1]["payload"])
    assert ("made in chats are not kept here" in answer) == (limits.per_user == 0)
    assert (", until " in answer) == (limits.per_user > 0 and limits.kept_days > 0)
    assert len(table.assets) == min(limits.per_user, 1)


class Beginning:
    """An agent that ends after its first events, so that a slow pace costs little time."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        yield from islice(self._agent.answer(task), 3)


def take_10_ms(_: Connection) -> None:
    threading.Event().wait(0.01)


@pytest.fixture
def model_url() -> Iterator[Callable[[], str]]:
    with ExitStack() as stack:
        yield lambda: f"{stack.enter_context(openai_server(lambda _: (Say('Yes.'),))).url}/v1"


@pytest.mark.parametrize(("name", "value"), [each for each in ends() if reaches_a_function(each[0])])
def test_a_turn_ends_once_and_without_an_error_at_both_ends_of_a_range(
    name: str, value: int, model_url: Callable[[], str]
) -> None:
    chosen = {"Agent": "offline"}
    if name.startswith("Model"):
        chosen = {"Agent": "openai", "ModelId": "m", "OpenaiBaseUrl": model_url()}
    application = Application(Settings.from_mapping(environment(**chosen, **{name: str(value)})))
    vars(application).update(table=None, connections=None, pusher=None)  # replaced by those in memory
    configured, world = application.turns, World(pusher=RecordingPusher(take_10_ms))
    world.change(
        limits=configured.limits,
        budget=configured.budget,
        policy=configured.policy,
        stream=configured.stream,
        agent=lambda: Beginning(configured.agent()),
    )
    connection = world.connect()

    world.ask(PostRequest(asset=WIND), connection)
    world.clock.shift += timedelta(minutes=2)
    world.ask(PostRequest("What was the total in 2002?", asset=WIND), connection)

    found = terminals(world, connection)
    assert len(found) == 2
    if (name, value) != TOO_SHORT_FOR_A_SLOW_MACHINE:
        assert found == [("complete", None)] * 2
