"""`sam deploy` into MiniStack: the stack is created and updated, and a turn runs in it.

What the emulator cannot carry is in docs/rehearsal.md.
"""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from tests.e2e.invariants import Frame, events, violations
from tests.rehearsal.deployment import Deployment
from threadcast_client import is_terminal

FRAME_TIMEOUT_S = 240
"""The emulator starts each function's process at its first invocation."""


@pytest.fixture(scope="module")
def updated(deployment: Deployment, report: list[str]) -> Deployment:
    """The stack after an update, with the functions' endpoints directed to the emulator."""
    assert deployment.stack["StackStatus"] == "CREATE_COMPLETE"
    deployment.deploy(ConnectionsPerUser="19")
    report.append(f"sam deploy with a changed parameter: {deployment.stack['StackStatus']}")
    deployment.redirect_functions()
    return deployment


def connection(deployment: Deployment, token: str | None) -> connect:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    url = f"ws://{deployment.api_id}.execute-api.localhost:4566/prod"
    return connect(url, host="127.0.0.1", port=4566, additional_headers=headers, open_timeout=FRAME_TIMEOUT_S)


async def answer(client: ClientConnection, payload: dict[str, Any]) -> list[Frame]:
    """Post, and return the frames up to the terminal one."""
    await client.send(json.dumps({"route": "/chats/post", "payload": payload, "request_id": "r-1"}))
    frames: list[Frame] = []
    while not frames or not is_terminal(frames[-1]):
        frames.append(json.loads(await asyncio.wait_for(client.recv(), FRAME_TIMEOUT_S)))
    return frames


def test_the_created_stack_has_every_output(deployment: Deployment) -> None:
    assert all(deployment.outputs.values())
    assert {"WebSocketUrl", "TableName"} < set(deployment.outputs)


def test_an_update_is_complete_and_reaches_the_functions(updated: Deployment) -> None:
    name = updated.outputs["ConnectFunctionName"]
    configuration = updated.emulator.client("lambda").get_function_configuration(FunctionName=name)

    assert updated.stack["StackStatus"] == "UPDATE_COMPLETE"
    assert configuration["Environment"]["Variables"]["CONNECTIONS_PER_USER"] == "19"


def test_a_whole_turn_runs_in_the_deployed_functions(updated: Deployment, report: list[str]) -> None:
    async def talk() -> list[Frame]:
        async with connection(updated, updated.token()) as client:
            return await answer(client, {"prompt": "Hello?"})

    frames = asyncio.run(talk())

    report.append(f"a prompted turn: {', '.join(events(frames))}")
    assert violations(frames) == []
    assert (events(frames)[0], events(frames)[-1]) == ("initializeChat", "complete")


def test_an_invalid_request_gets_its_error_frame(updated: Deployment) -> None:
    async def talk() -> list[Frame]:
        async with connection(updated, updated.token()) as client:
            return await answer(client, {"prompt": ""})

    (frame,) = asyncio.run(talk())

    assert frame["error"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("not.a.token", 500)])
def test_a_connection_without_a_valid_token_is_refused(
    updated: Deployment, token: str | None, status: int
) -> None:
    """The emulator answers 500 where the authorizer raises "Unauthorized", which API Gateway maps to 401."""

    async def refused() -> int:
        with pytest.raises(InvalidStatus) as caught:
            await connection(updated, token).__aenter__()
        return caught.value.response.status_code

    assert asyncio.run(refused()) == status
