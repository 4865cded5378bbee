"""The whole local stack with Bedrock for an agent: all but the model and AWS is as it is deployed."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from tests.e2e.invariants import answer_of, events, violations
from tests.e2e.local_stack import Person, Stack, running_stack, sample
from tests.model_agent.bedrock_server import bedrock_server
from tests.model_agent.script import Asked, Hold, Model, Piece, Refuse, Say, Think, Use
from threadcast_client import Connection

IOWA = sample("iowa_electricity").asset
TABLE = "iowa_electricity_generation_by_source"
MAKING = {
    "name": "Renewables in Iowa",
    "description": "Net generation from renewable sources.",
    "sql": f"SELECT year, net_generation FROM {TABLE} WHERE source = 'Renewables'",  # noqa: S608 - made of names
    "chart": "line",
    "x": "year",
    "y": ["net_generation"],
}


@dataclass
class Analyst:
    """What the fake model does with each prompt; `hold` is where it falls silent."""

    hold: Hold = field(default_factory=Hold)

    def __call__(self, asked: Asked) -> Sequence[Piece]:
        prompt = asked.messages[-1][1]
        if asked.is_for_a_title:
            return (Say("Iowa's ", "renewables"),)
        if "for ever" in prompt:
            return (Say("It goes "), self.hold)
        if "forbidden" in prompt:
            return (Refuse(403, "AccessDeniedException", "arn:aws:iam::123456789012:role/x may not"),)
        if asked.results:
            return (Think("There ", "it is."), Say("Here you ", "are."))
        return (Think("A metric ", "of them."), Use("create_metric", MAKING))


@dataclass
class World:
    stack: Stack
    model: Model
    analyst: Analyst


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    analyst = Analyst()
    parameters = {"Agent": "bedrock", "ModelId": "anthropic.claude-test", "LogLevel": "DEBUG"}
    with bedrock_server(analyst) as model:
        environment = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": model.url}
        with running_stack(parameters, environment) as stack:
            yield World(stack, model, analyst)


@pytest.fixture
def alice(world: World) -> Person:
    return world.stack.new_person("Alice")


def test_a_question_makes_a_metric_frame_by_frame_and_the_metric_opens(world: World, alice: Person) -> None:
    async def talk() -> None:
        async with alice.connect() as tab:
            turn = await tab.post("Keep the renewables", asset_id=IOWA.id, asset_type="metric_file")
            frames = await turn.all_frames()
            assert violations(frames) == []
            assert {"generatingTitle", "generatingReasoningMessage", "generatingResponseMessage"} < set(
                events(frames)
            )
            assert (events(frames)[0], events(frames)[-1]) == ("initializeChat", "complete")
            chat = frames[-1]["payload"]
            assert chat["title"] == "Iowa's renewables"
            assert answer_of(chat) == "Here you are."
            message = chat["messages"][turn.message_id]
            kinds = [message["reasoning_messages"][key]["type"] for key in message["reasoning_message_ids"]]
            assert kinds == ["text", "files", "text"]
            took = [step["secondary_title"] for step in message["reasoning_messages"].values()]
            assert all(duration and duration.endswith("seconds") for duration in took)
            (file,) = (part for part in message["response_messages"].values() if part["type"] == "file")

            opened = await (await tab.post(asset_id=file["version_id"], asset_type="metric_file")).result()
            assert opened["title"] == "Renewables in Iowa"
            assert "Its 17 rows cover 2001 to 2017" in answer_of(opened)

    asyncio.run(asyncio.wait_for(talk(), 60))


def test_a_stop_hangs_up_the_model_and_completes_the_turn(world: World, alice: Person) -> None:
    async def talk() -> None:
        async with alice.connect() as tab:
            turn = await tab.post("Go on for ever")
            await anext(frame async for frame in turn if frame["event"] == "generatingResponseMessage")
            assert turn.chat_id is not None
            assert turn.message_id is not None
            assert await tab.stop(turn.chat_id, turn.message_id)
            chat = await turn.result()
            assert answer_of(chat) == "It goes "

    asyncio.run(asyncio.wait_for(talk(), 60))
    assert world.analyst.hold.hung_up.wait(60)
    figures = re.findall(r'"estimated_tokens": ?\[?(\d+)', world.stack.logs())
    assert max(map(int, figures)) > 100  # what the endpoint could not tell any more


def test_a_refusal_is_one_safe_sentence_and_the_log_has_the_reason(world: World, alice: Person) -> None:
    async def talk(tab: Connection) -> list[dict[str, object]]:
        async with tab:
            return await (await tab.post("A forbidden question about Initech")).all_frames()

    frames = asyncio.run(asyncio.wait_for(talk(alice.connect()), 60))

    assert violations(frames) == []
    error = frames[-1]["error"]
    assert isinstance(error, dict)
    assert error["message"] == (
        "The model refused access. An administrator has to check its permissions and key."
    )
    log = world.stack.logs()
    assert "role/x may not" in log
    assert "Initech" not in log


def test_an_asset_that_is_no_longer_shared_is_kept_from_the_model(world: World, alice: Person) -> None:
    async def talk() -> None:
        async with alice.connect() as tab:
            opened = await (await tab.post(asset_id=IOWA.id, asset_type="metric_file")).result()
            world.stack.library.revoke(IOWA.id, alice.principal)
            await (await tab.post("A forbidden look at it", chat_id=opened["id"])).all_frames()

    asyncio.run(asyncio.wait_for(talk(), 60))

    asked = world.model.questions[-1]
    assert asked.messages[-1] == ("user", "A forbidden look at it")
    assert asked.tools == ()
    assert asked.system.endswith("start a chat on a metric, a dashboard or a report.")
    assert TABLE not in str(asked.body)
