"""What templates of other projects have: it runs as on AWS, or a warning names it."""

import json
import logging
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from local_gateway import Gateway, running_gateway
from tests.local_gateway.conftest import STACKS, Eventually

STORED = {"/app/key": "the stored value", "login:SecretString:password": "hunter2"}


class Warnings(logging.Handler):
    """Keeps the messages of the start, which a fixture of the module reads once."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@pytest.fixture(scope="module")
def warnings() -> Iterator[Warnings]:
    handler, logger = Warnings(), logging.getLogger("local_gateway")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory, warnings: Warnings) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("stack") / "features"
    shutil.copytree(STACKS / "features", folder, ignore=shutil.ignore_patterns("__pycache__"))
    with zipfile.ZipFile(folder / "code.zip", "w") as archive:
        archive.write(folder / "app.py", "app.py")
    with running_gateway(folder / "template.yaml", stored_values=STORED) as gateway:
        yield gateway


def ask(gateway: Gateway, message: dict[str, Any], **options: Any) -> str:
    with connect(gateway.websocket_url, open_timeout=60, **options) as client:
        return answer(client, message)


def answer(client: ClientConnection, message: dict[str, Any]) -> str:
    client.send(json.dumps(message))
    return str(client.recv(timeout=60))


@pytest.mark.parametrize(
    ("route", "reply"),
    [
        ("join", "join"),  # of an include
        ("loop-left", "loop-left"),  # of Fn::ForEach
        ("loop-right", "loop-right"),
        ("archived", "archived"),
        ("by-variable", "by-variable"),
        ("nested", "hello"),
    ],
)
def test_a_route_of_an_include_a_loop_an_archive_or_a_nested_stack_runs(
    features: Gateway, route: str, reply: str
) -> None:
    assert ask(features, {"action": route}) == reply


def test_a_route_that_requires_an_api_key_is_forbidden_without_one(features: Gateway) -> None:
    without = json.loads(ask(features, {"action": "keyed"}))
    wrong = json.loads(ask(features, {"action": "keyed"}, additional_headers={"x-api-key": "other"}))
    key = {"x-api-key": "key-of-the-template-0123"}

    assert without["message"] == wrong["message"] == "Forbidden"
    assert ask(features, {"action": "keyed"}, additional_headers=key) == "keyed"


def test_values_of_parameter_store_and_secrets_manager_are_those_that_are_given(features: Gateway) -> None:
    environment = json.loads(ask(features, {"do": "environment"}))

    assert environment["KEY"] == "the stored value"
    assert environment["SECRET"] == "hunter2"
    assert "ELSEWHERE" not in environment


def test_a_mock_integration_replies_by_its_response_template(features: Gateway) -> None:
    assert json.loads(ask(features, {"action": "ping"}))["pong"].endswith("=")


def test_a_non_proxy_integration_maps_the_message_and_the_result(features: Gateway) -> None:
    assert ask(features, {"action": "mapped", "of": [1, 2, 3]}) == "counted 3 for local-Fn"


def test_an_integration_with_dynamodb_reads_and_writes_a_table(features: Gateway) -> None:
    with connect(features.websocket_url, open_timeout=60) as client:
        put = answer(client, {"action": "put", "id": "a"})
        got = answer(client, {"action": "get", "id": "a"})

    assert (put, got) == ("{}", "found a")


def test_an_asynchronous_integration_invokes_the_function_and_sends_nothing(
    features: Gateway, eventually: Eventually
) -> None:
    with connect(features.websocket_url, open_timeout=60) as client:
        client.send(json.dumps({"action": "later", "task": "work"}))
        reply = answer(client, {"do": "route"})

    def received() -> list[str]:
        return [line.text for line in features.logs("Fn") if '"task": "work"' in line.text]

    assert reply == "$default"
    eventually(received)
    assert '"id": "' in received()[0]


@pytest.mark.parametrize("route", ["image", "http"])
def test_a_message_to_what_does_not_run_here_is_an_internal_error(features: Gateway, route: str) -> None:
    assert json.loads(ask(features, {"action": route}))["message"] == "Internal server error"


def test_a_change_of_a_table_invokes_the_function_of_its_stream(
    features: Gateway, eventually: Eventually
) -> None:
    stored = ask(features, {"do": "store"})

    def records() -> list[Any]:
        lines = [line.text for line in features.logs("Changes") if line.text.startswith("changed ")]
        return [record for line in lines for record in json.loads(line.removeprefix("changed "))]

    eventually(records)
    (record,) = records()
    assert record["eventName"] == "INSERT"
    assert record["dynamodb"]["NewImage"] == {"id": {"S": stored}}
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventSourceARN"].startswith(
        "arn:aws:dynamodb:us-east-1:123456789012:table/local-Things/stream/"
    )
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], int | float)


def test_json_logs_have_the_level_info_by_default(features: Gateway) -> None:
    assert ask(features, {"do": "log"}) == "logged"

    (line,) = [line.text for line in features.logs("Fn") if "logged at INFO" in line.text]
    logged = json.loads(line)
    assert (logged["level"], logged["message"]) == ("INFO", "logged at INFO")
    assert logged["requestId"]


def test_a_post_to_the_host_name_that_code_builds_reaches_the_client(features: Gateway) -> None:
    with connect(features.websocket_url, open_timeout=60) as client:
        received = {answer(client, {"do": "post by name"}), client.recv(timeout=60)}

    assert received == {"posted", "done"}


def test_other_clients_of_a_function_trust_the_host_too(features: Gateway) -> None:
    assert ask(features, {"do": "open url"}) == '403 {"message": "Forbidden"}'
    assert (
        ask(features, {"do": "domain"}) == f"{features.stack.api.api_id}.execute-api.us-east-1.amazonaws.com"
    )


def test_a_client_without_an_endpoint_url_fails_as_on_aws(features: Gateway) -> None:
    assert ask(features, {"do": "post without endpoint"}) == "EndpointConnectionError"


LEFT_OUT = """
Image is left out, and its invocations fail: its image is not run
route image fails with an internal server error: arn:aws:lambda:us-east-1:123456789012:function:local-Image \
does not run here
route http fails: its HTTP_PROXY integration with https://example.com does not run here
Archived runs without the layer arn:aws:lambda:us-east-1:1:layer:published:3, which is not here: install its \
packages beside the gateway
the event source ChangesQueue does not run here, and its function is not invoked: \
arn:aws:sqs:us-east-1:123456789012:local-Jobs
AWS::SQS::Queue Jobs is left out: it does not exist here, and the functions' calls to it fail
not enforced here, so only AWS refuses what violates it: a table's throughput (BillingMode), permissions \
(Role)
Fn, Archived, Part/Fn: no AWS::Lambda::Permission lets API Gateway invoke it, so that its routes fail on AWS
Fn has no variable ELSEWHERE: Fn::ImportValue another-stack: is exported by another stack, which isn't here; \
use a parameter, or --env for a variable
"""


def test_what_is_left_out_is_named_once_and_nothing_else(features: Gateway, warnings: Warnings) -> None:
    of_the_start = [text for text in warnings.texts if "its integration was not invoked" not in text]
    other_runtime = [text for text in of_the_start if "run under python3" in text]

    assert sorted(set(of_the_start) - set(other_runtime)) == sorted(LEFT_OUT.strip().splitlines())
    assert len(of_the_start) == len(set(of_the_start))


def test_the_stack_has_the_nested_stacks_function(features: Gateway) -> None:
    assert features.function_name("Part/Fn") == "local-Part-Fn"
    assert Path(features.stack.functions["Archived"].code, "app.py").is_file()
