"""The whole local stack with the Bedrock agent; only the model and AWS are replaced."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from tests.e2e.invariants import answer_of, events, violations
from tests.e2e.local_stack import Person, Stack, running_stack, sample
from tests.model_agent.bedrock_server import bedrock_server
from tests.model_agent.scripted_model import Hold, Model, ModelRequest, Piece, Refuse, Say, Think, Use
from tests.waiting import eventually
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
    """The scripted model's reply to each prompt; `hold` is where it sends nothing more."""

    hold: Hold = field(default_factory=Hold)

    def __call__(self, request: ModelRequest) -> Sequence[Piece]:
        prompt = request.messages[-1][1]
        if request.is_title_request:
            return (Say("Iowa's ", "renewables"),)
        if "for ever" in prompt:
            return (Say("It goes "), self.hold)
        if "forbidden" in prompt:
            return (Refuse(403, "AccessDeniedException", "arn:aws:iam::123456789012:role/x may not"),)
        if request.results:
            return (Think("There ", "it is."), Say("Here you ", "are."))
        return (Think("A metric ", "of them."), Use("create_metric", MAKING))


@dataclass
class RunningStack:
    stack: Stack
    model: Model
    analyst: Analyst


@pytest.fixture(scope="module")
def system() -> Iterator[RunningStack]:
    analyst = Analyst()
    parameters = {"Agent": "bedrock", "ModelId": "anthropic.claude-test", "LogLevel": "DEBUG"}
    with bedrock_server(analyst) as model:
        environment = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": model.url}
        with running_stack(parameters, environment) as stack:
            yield RunningStack(stack, model, analyst)


@pytest.fixture
def alice(system: RunningStack) -> Person:
    return system.stack.new_person("Alice")


def test_a_turn_streams_a_created_metric_that_can_start_a_chat(system: RunningStack, alice: Person) -> None:
    async def talk() -> None:
        async with alice.connect() as connection:
            turn = await connection.post(
                "Keep the renewables as a metric", asset_id=IOWA.id, asset_type="metric_file"
            )
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

            opened = await (
                await connection.post(asset_id=file["version_id"], asset_type="metric_file")
            ).result()
            assert opened["title"] == "Renewables in Iowa"
            assert "Its 17 rows cover 2001 to 2017" in answer_of(opened)

    asyncio.run(asyncio.wait_for(talk(), 60))


def most_estimated_tokens(stack: Stack) -> int:
    """Return the largest number of estimated tokens that a function has logged."""
    numbers = re.findall(r'"estimated_tokens": ?\[?(\d+)', stack.logs())
    return max(map(int, numbers), default=0)


def test_a_stop_aborts_the_model_and_completes_the_turn(system: RunningStack, alice: Person) -> None:
    async def talk() -> None:
        async with alice.connect() as connection:
            turn = await connection.post("Go on for ever")
            await anext(frame async for frame in turn if frame["event"] == "generatingResponseMessage")
            assert turn.chat_id is not None
            assert turn.message_id is not None
            assert await connection.stop(turn.chat_id, turn.message_id)
            chat = await turn.result()
            assert answer_of(chat) == "It goes "

    asyncio.run(asyncio.wait_for(talk(), 60))
    assert system.analyst.hold.disconnected.wait(60)
    eventually(lambda: most_estimated_tokens(system.stack) > 100)  # the aborted call has no reported usage


def test_a_refused_call_sends_a_fixed_sentence_and_logs_the_reason(
    system: RunningStack, alice: Person
) -> None:
    async def talk(connection: Connection) -> list[dict[str, object]]:
        async with connection:
            return await (await connection.post("A forbidden question about Initech")).all_frames()

    frames = asyncio.run(asyncio.wait_for(talk(alice.connect()), 60))

    assert violations(frames) == []
    error = frames[-1]["error"]
    assert isinstance(error, dict)
    assert error["message"] == (
        "The model refused access. An administrator has to check its permissions and key."
    )
    eventually(lambda: "role/x may not" in system.stack.logs())
    assert "Initech" not in system.stack.logs()


def test_an_asset_that_is_no_longer_shared_is_not_sent_to_the_model(
    system: RunningStack, alice: Person
) -> None:
    async def talk() -> None:
        async with alice.connect() as connection:
            opened = await (await connection.post(asset_id=IOWA.id, asset_type="metric_file")).result()
            system.stack.library.revoke(IOWA.id, alice.principal)
            await (await connection.post("A forbidden look at it", chat_id=opened["id"])).all_frames()

    asyncio.run(asyncio.wait_for(talk(), 60))

    request = system.model.questions[-1]
    assert request.messages[-1] == ("user", "A forbidden look at it")
    assert request.tools == ()
    assert request.system.endswith("start a chat on a metric, a dashboard or a report.")
    assert TABLE not in str(request.body)
