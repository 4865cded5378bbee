"""Templates written for AWS alone run unchanged."""

import json
from pathlib import Path

import boto3
import pytest
from websockets.sync.client import connect

from local_gateway import Gateway, TemplateError, running_gateway
from local_gateway.template.api import Throttling
from local_gateway.template.stack import read_stack
from tests.local_gateway.conftest import STACKS, Eventually

CHAT = STACKS / "chat" / "template.yaml"


def items(gateway: Gateway) -> list[dict[str, object]]:
    resource = boto3.resource(
        "dynamodb",
        endpoint_url=gateway.dynamodb_url,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    return resource.Table(gateway.table_name("Connections")).scan()["Items"]


def test_a_chat_room_in_the_style_of_awss_sample_runs_unchanged(eventually: Eventually) -> None:
    with running_gateway(CHAT, {"Greeting": "Hello,"}) as gateway:
        with connect(gateway.websocket_url) as alice, connect(gateway.websocket_url) as bob:
            alice.send(json.dumps({"message": "sendmessage", "data": "world"}))
            received = [alice.recv(timeout=120), bob.recv(timeout=120)]
            alice.send(json.dumps({"message": "nothing known"}))
            error = json.loads(alice.recv(timeout=120))
            present = len(items(gateway))
        eventually(lambda: items(gateway) == [])

    assert received == ["Hello, world"] * 2
    assert error["message"] == "Forbidden"
    assert present == 2


def test_the_chat_rooms_stack_has_its_api_functions_and_tables() -> None:
    stack = read_stack(CHAT, {"StageName": "dev"})

    send = stack.functions["SendMessage"]
    assert stack.api.stage == "dev"
    assert sorted(stack.api.routes) == ["$connect", "$disconnect", "sendmessage"]
    assert (send.memory_mb, send.handler, send.timeout_s) == (256, "room.send_message", 3.0)
    assert send.layers == ((STACKS / "chat" / "shared" / "python").resolve(),)
    assert send.environment == {
        "TABLE_NAME": "room_connections",
        "STAGE_URL": f"https://{stack.api.api_id}.execute-api.us-east-1.amazonaws.com/dev",
    }
    assert stack.tables["Connections"].create == {
        "TableName": "room_connections",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "connectionId", "AttributeType": "S"},
            {"AttributeName": "room", "AttributeType": "S"},
        ],
        "KeySchema": [{"AttributeName": "connectionId", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by_room",
                "KeySchema": [{"AttributeName": "room", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    }


def broken(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("ProtocolType: WEBSOCKET", "ProtocolType: HTTP", "one WebSocket API is needed, found none"),
        ("CodeUri: handlers/", "CodeUri: s3://bucket/key", "no route has a function that runs here"),
        ("CodeUri: handlers/", "CodeUri: elsewhere/", "is not a folder or a zip archive"),
        ("!Ref SendIntegration", "Nothing", "its target Nothing is not an integration"),
        (
            "IntegrationType: AWS_PROXY",
            "IntegrationType: HTTP_PROXY",
            "no route has an integration that runs here",
        ),
        ("Handler: room.on_connect", "Handlers: room.on_connect", "SAM's translator rejects it"),
        ("Resources:", "Resource:", "'Resources' section is required"),
        ("Globals:", "Globals: [", "cannot be read as a template"),
    ],
)
def test_a_template_that_cannot_run_raises_an_error_with_the_resource_and_the_reason(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(broken(CHAT.read_text(), old, new))
    (tmp_path / "handlers").mkdir()
    (tmp_path / "shared").mkdir()

    with pytest.raises(TemplateError, match=problem):
        read_stack(template)


def test_a_stages_throttling_applies_to_every_route_unless_the_route_has_its_own(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    settings = """StageName: !Ref StageName
      DefaultRouteSettings: {ThrottlingRateLimit: 5}
      RouteSettings: {sendmessage: {ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2}}"""
    template.write_text(broken(CHAT.read_text(), "StageName: !Ref StageName", settings))
    (tmp_path / "handlers").mkdir()
    (tmp_path / "shared").mkdir()

    routes = read_stack(template).api.routes

    assert routes["$connect"].throttling == Throttling(per_s=5)
    assert routes["sendmessage"].throttling == Throttling(per_s=1, burst=2)
    assert read_stack(CHAT).api.routes["$connect"].throttling is None
