"""The record of what functions ask of DynamoDB: the harness finds what a role does not allow."""

import boto3
from botocore.config import Config

from tests.e2e.local_stack import Person, Stack
from tests.waiting import eventually


def request_as(stack: Stack, function: str, partition: str) -> None:
    """Send a request as a function does."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=stack.gateway.dynamodb_url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(user_agent_appid=stack.gateway.function_name(function)),
    )
    client.get_item(
        TableName=stack.gateway.table_name("Table"), Key={"pk": {"S": partition}, "sk": {"S": "CHAT"}}
    )
    client.close()


async def test_every_function_of_a_turn_is_recorded(stack: Stack, alice: Person) -> None:
    async with alice.connect() as connection:
        await (await connection.post("What can I ask you?")).result()

    def callers() -> set[str]:
        return {line.split('"')[1] for line in stack.accesses.path.read_text().splitlines()}

    functions = ("ConnectFunction", "PostThreadFunction", "RunTurnFunction", "DisconnectFunction")
    eventually(lambda: callers() >= {stack.gateway.function_name(name) for name in functions})


def test_a_request_that_its_role_does_not_allow_is_found_once(stack: Stack) -> None:
    request_as(stack, "PostThreadFunction", "CHAT#c")
    assert stack.accesses.refused() == []

    request_as(stack, "DisconnectFunction", "CHAT#c")

    (found,) = stack.accesses.refused()
    assert stack.gateway.function_name("DisconnectFunction") in found
    assert "dynamodb:GetItem" in found
    assert stack.accesses.refused() == []
