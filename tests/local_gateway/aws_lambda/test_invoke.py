"""Invoke through boto3, over AWS's runtime loop with two transports and over the pure-Python loop."""

import base64
import contextlib
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_gateway import Gateway, LambdaSettings, running_gateway
from tests.local_gateway.aws_requests import lambda_client
from tests.local_gateway.conftest import STACKS, Eventually, slept_in

Invoke = Callable[..., tuple[Any, str | None]]
"""Invokes a function with an event; returns its result and X-Amz-Function-Error."""

TEMPLATE = STACKS / "behaviour" / "template.yaml"


@pytest.fixture(scope="module", params=["awslambdaric", "awslambdaric-native", "pure-python"])
def gateway(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    settings = LambdaSettings(runtime=request.param, overrides={"GIVEN": "yes"})
    with running_gateway(TEMPLATE, functions=settings) as running:
        yield running


@pytest.fixture
def invoke(gateway: Gateway) -> Invoke:
    client = lambda_client(gateway)

    def call(function: str, **event: object) -> tuple[Any, str | None]:
        answer = client.invoke(
            FunctionName=gateway.function_name(function), Payload=json.dumps(event).encode()
        )
        return json.loads(answer["Payload"].read()), answer.get("FunctionError")

    return call


def test_a_result_is_returned_as_json(invoke: Invoke) -> None:
    assert invoke("Actor", do="return", value={"ä": [1, None, "x"]}) == ({"ä": [1, None, "x"]}, None)


def test_a_raised_exception_is_reported_with_type_message_and_trace(invoke: Invoke) -> None:
    error, kind = invoke("Actor", do="raise", text="no luck")

    assert (error["errorType"], error["errorMessage"], kind) == ("ValueError", "no luck", "Unhandled")
    assert any("_raise" in frame for frame in error["stackTrace"])
    assert "aws_lambda" not in "".join(error["stackTrace"])


def test_a_result_that_is_not_json_is_a_marshal_error(invoke: Invoke) -> None:
    error, kind = invoke("Actor", do="context")
    assert kind is None
    error, kind = invoke("Actor", do="set")

    assert (error["errorType"], kind) == ("Runtime.MarshalError", "Unhandled")
    assert error["errorMessage"].startswith("Unable to marshal response: ")


def test_the_context_describes_the_function(gateway: Gateway, invoke: Invoke) -> None:
    context, _ = invoke("Actor", do="context")

    remaining = context.pop("remaining_ms")
    name = gateway.function_name("Actor")
    assert context == {
        "function_name": name,
        "function_version": "$LATEST",
        "invoked_function_arn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}",
        "memory_limit_in_mb": "128",
        "request_id_is_set": True,
        "custom": None,
    }
    assert 1_000 < remaining <= 60_000


def test_a_client_context_reaches_the_function(gateway: Gateway) -> None:
    context = base64.b64encode(b'{"custom": {"a": "b"}}').decode()

    answer = lambda_client(gateway).invoke(
        FunctionName=gateway.function_name("Actor"), ClientContext=context, Payload=b'{"do": "context"}'
    )

    assert json.loads(answer["Payload"].read())["custom"] == {"a": "b"}


def test_an_init_phase_that_takes_too_long_is_a_timeout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "local_gateway.aws_lambda.execution.execution_environment._INIT_TIMEOUT_S", -0.5
    )  # 0.5 s with the function's timeout
    template = tmp_path / "template.yaml"
    template.write_text(
        TEMPLATE.read_text().replace("def act(event, context)", "import time; time.sleep(60)")
    )
    (tmp_path / "app.py").write_text((TEMPLATE.parent / "app.py").read_text())

    with running_gateway(template, {"Timeout": "1"}) as gateway:
        answer = lambda_client(gateway).invoke(FunctionName=gateway.function_name("InvalidSyntax"))
        error = json.loads(answer["Payload"].read())

    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Task timed out after 0.50 seconds")


def test_a_process_handles_a_signal_while_it_polls(
    gateway: Gateway, invoke: Invoke, eventually: Eventually
) -> None:
    assert invoke("Reserved", do="listen") == (True, None)

    for process in gateway.process_ids("Reserved"):
        os.kill(process, signal.SIGUSR1)

    eventually(lambda: "signalled" in [line.text for line in gateway.logs("Reserved")])


def test_the_environment_combines_lambdas_variables_the_templates_and_the_overrides(
    gateway: Gateway, invoke: Invoke
) -> None:
    environment, _ = invoke("Actor", do="environment")

    expected = {
        "AWS_LAMBDA_FUNCTION_NAME": gateway.function_name("Actor"),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_REGION": "us-east-1",
        "LAMBDA_TASK_ROOT": str(TEMPLATE.parent),
        "_HANDLER": "app.act",
        "TZ": ":UTC",
        "GIVEN": "yes",
        "AWS_ENDPOINT_URL_LAMBDA": gateway.lambda_url,
        "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": None,  # as on AWS
    }
    assert {key: environment.get(key) for key in expected} == expected
    assert environment["_X_AMZN_TRACE_ID"].startswith("Root=1-")
    assert "PYTEST_CURRENT_TEST" not in environment


@pytest.mark.parametrize(
    ("function", "kind", "message"),
    [
        (
            "MissingModule",
            "Runtime.ImportModuleError",
            "Unable to import module 'app_that_is_not_there': No module named 'app_that_is_not_there'",
        ),
        ("MissingHandler", "Runtime.HandlerNotFound", "Handler 'not_there' missing on module 'app'"),
        ("InvalidSyntax", "Runtime.UserCodeSyntaxError", "Syntax error in module 'index': "),
        ("ExitsOnImport", "Runtime.ExitError", "Error: Runtime exited with error: exit status 3"),
    ],
)
def test_a_function_that_cannot_be_loaded_returns_the_reason(
    invoke: Invoke, function: str, kind: str, message: Any
) -> None:
    for _ in range(2):  # the next invocation loads it again
        error, unhandled = invoke(function)
        assert (error["errorType"], unhandled) == (kind, "Unhandled")
        assert error["errorMessage"].startswith(message)


def test_the_log_explains_how_to_install_a_missing_package(
    gateway: Gateway, invoke: Invoke, eventually: Eventually
) -> None:
    invoke("MissingModule")

    def hints() -> list[str]:
        lines = [line.text for line in gateway.logs("MissingModule") if line.kind == "error"]
        return [line for line in lines if line.startswith("from source")]

    eventually(hints)
    assert hints()[-1] == (
        f"from source, third-party packages come from {sys.executable}, which has no "
        "'app_that_is_not_there': install what its requirements file names there, "
        "or run what `sam build` made with --built"
    )


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"do": "exit", "code": 7}, "Runtime exited with error: exit status 7"),
        ({"do": "exit", "code": 0}, "Runtime exited without providing a reason"),
        ({"do": "abort"}, "Runtime exited with error: signal: aborted"),
    ],
)
def test_a_process_that_exits_during_an_invocation_is_an_exit_error(
    invoke: Invoke, event: dict[str, Any], reason: str
) -> None:
    error, kind = invoke("Actor", **event)

    assert (error["errorType"], kind) == ("Runtime.ExitError", "Unhandled")
    assert error["errorMessage"].endswith(f"Error: {reason}")


@contextlib.contextmanager
def sleeping(gateway: Gateway, invoke: Invoke, eventually: Eventually, function: str) -> Iterator[list[Any]]:
    """Run a block while an invocation sleeps; afterwards the list contains its outcome."""

    def sleeps() -> int:
        return [line.text for line in gateway.logs(function)].count("sleeping")

    before, outcome = sleeps(), []
    with tempfile.TemporaryDirectory() as folder:
        over = Path(folder) / "over"
        call = {"do": "wait", "path": str(over)}
        thread = threading.Thread(target=lambda: outcome.extend(invoke(function, **call)))
        thread.start()
        try:
            eventually(lambda: sleeps() > before)
            yield outcome
        finally:
            over.touch()
            thread.join()


def test_a_process_killed_from_outside_is_an_exit_error_and_is_replaced(
    gateway: Gateway, invoke: Invoke, eventually: Eventually
) -> None:
    with sleeping(gateway, invoke, eventually, "Actor") as outcome:
        for pid in gateway.process_ids("Actor"):
            os.kill(pid, signal.SIGKILL)

    error, _ = outcome
    assert error["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert invoke("Actor", do="return", value=1) == (1, None)


def test_a_factor_lengthens_the_timeouts_and_the_remaining_time() -> None:
    with running_gateway(TEMPLATE, functions=LambdaSettings(timeout_factor=300)) as gateway:
        client = lambda_client(gateway)
        name = gateway.function_name("ShortTimeout")
        results = [
            json.loads(client.invoke(FunctionName=name, Payload=json.dumps(event).encode())["Payload"].read())
            for event in ({"do": "sleep", "seconds": 1.2}, {"do": "context"})
        ]

    assert "errorType" not in (results[0] or {})
    assert 1_000 < results[1]["remaining_ms"] <= 300_000


def test_the_timeout_kills_the_process_and_the_next_invocation_runs_in_a_new_one(
    gateway: Gateway, invoke: Invoke
) -> None:
    error, kind = invoke("ShortTimeout", do="sleep", seconds=30)
    after, _ = invoke("ShortTimeout", do="process")

    assert (error["errorType"], kind) == ("Sandbox.Timedout", "Unhandled")
    assert error["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert after["body"] != slept_in(gateway, "ShortTimeout")


def test_a_response_over_6_mb_is_an_error_with_its_size(invoke: Invoke) -> None:
    limit = 6_291_556
    fitting, _ = invoke("Actor", do="large", bytes=limit - 2)
    error, kind = invoke("Actor", do="large", bytes=limit - 1)

    assert len(fitting) == limit - 2
    assert (error["errorType"], kind) == ("Function.ResponseSizeTooLarge", "Unhandled")
    assert error["errorMessage"] == (
        "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes)."
    )


def error_code(client: Any, **request: object) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        client.invoke(**request)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_invalid_invoke_requests_return_lambdas_errors(gateway: Gateway) -> None:
    client, name = lambda_client(gateway), gateway.function_name("Actor")
    too_much = b'"' + b"x" * 6_291_556 + b'"'
    too_much_for_an_event = b'"' + b"x" * 1_048_576 + b'"'

    errors = [
        error_code(client, FunctionName="unknown"),
        error_code(client, FunctionName=name, Payload=b"not JSON"),
        error_code(client, FunctionName=name, Payload=too_much),
        error_code(client, FunctionName=name, Payload=too_much_for_an_event, InvocationType="Event"),
    ]

    assert errors == [
        ("ResourceNotFoundException", 404),
        ("InvalidRequestContentException", 400),
        ("RequestTooLargeException", 413),
        ("RequestTooLargeException", 413),
    ]


def test_a_function_is_found_by_name_arn_partial_arn_and_qualifier(gateway: Gateway) -> None:
    client, name = lambda_client(gateway), gateway.function_name("Actor")
    forms = [
        name,
        f"{name}:$LATEST",
        f"123456789012:function:{name}",
        f"arn:aws:lambda:us-east-1:123456789012:function:{name}",
        f"arn:aws:lambda:us-east-1:123456789012:function:{name}:live",
    ]

    statuses = [client.invoke(FunctionName=form, InvocationType="DryRun")["StatusCode"] for form in forms]

    assert statuses == [204] * 5


def test_invocations_above_the_reserved_concurrency_are_throttled(
    gateway: Gateway, invoke: Invoke, eventually: Eventually
) -> None:
    client = lambda_client(gateway)

    with sleeping(gateway, invoke, eventually, "Reserved"), pytest.raises(ClientError) as caught:
        client.invoke(FunctionName=gateway.function_name("Reserved"))

    assert caught.type is client.exceptions.TooManyRequestsException
    assert caught.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_log_lines_have_their_request_id_and_invoke_returns_the_log_tail(gateway: Gateway) -> None:
    answer = lambda_client(gateway).invoke(
        FunctionName=gateway.function_name("Actor"),
        LogType="Tail",
        Payload=b'{"do": "print", "text": "hello log"}',
    )
    request_id = answer["ResponseMetadata"]["RequestId"]

    lines = [line for line in gateway.logs("Actor") if line.request_id == request_id]
    assert [line.kind for line in lines] == ["platform", "output", "platform"]
    assert [line.text for line in lines[:2]] == [
        f"START RequestId: {request_id} Version: $LATEST",
        "hello log",
    ]
    assert lines[2].text.startswith(f"REPORT RequestId: {request_id}\tDuration: ")
    assert base64.b64decode(answer["LogResult"]).decode() == "\n".join(line.text for line in lines)
