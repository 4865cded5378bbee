"""Asynchronous invocations: accepted, retried, and sent to a destination."""

import json
from pathlib import Path

from local_gateway import Gateway, LambdaSettings, running_gateway
from tests.local_gateway.aws_requests import lambda_client
from tests.local_gateway.conftest import STACKS, Eventually


def send(gateway: Gateway, function: str, **event: object) -> str:
    answer = lambda_client(gateway).invoke(
        FunctionName=gateway.function_name(function),
        InvocationType="Event",
        Payload=json.dumps(event).encode(),
    )
    assert answer["StatusCode"] == 202
    return answer["ResponseMetadata"]["RequestId"]


def printed(gateway: Gateway, function: str, text: str) -> int:
    return [line.text for line in gateway.logs(function)].count(text)


def test_an_event_is_accepted_at_once_and_runs_later(behaviour: Gateway, eventually: Eventually) -> None:
    send(behaviour, "Actor", do="print", text="from an event")

    eventually(lambda: printed(behaviour, "Actor", "from an event") == 1)


def test_a_failing_event_is_attempted_three_times_with_one_request_id_then_sent_to_its_destination(
    behaviour: Gateway, eventually: Eventually
) -> None:
    request_id = send(behaviour, "Retried", do="raise", text="always")

    def records() -> list[dict]:
        lines = [
            line.text for line in behaviour.logs("FailureDestination") if line.text.startswith("RECORD ")
        ]
        found = [json.loads(line.removeprefix("RECORD ")) for line in lines]
        return [each for each in found if each["requestContext"]["requestId"] == request_id]

    eventually(records)
    (record,) = records()
    starts = printed(behaviour, "Retried", f"START RequestId: {request_id} Version: $LATEST")
    name = behaviour.function_name("Retried")
    assert starts == 3
    assert record["requestContext"] == {
        "requestId": request_id,
        "functionArn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }
    assert record["requestPayload"] == {"do": "raise", "text": "always"}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorMessage"] == "always"


def test_a_throttled_event_is_retried(behaviour: Gateway, eventually: Eventually) -> None:
    send(behaviour, "Reserved", do="sleep", seconds=0.5)
    send(behaviour, "Reserved", do="print", text="after the sleep")

    eventually(lambda: printed(behaviour, "Reserved", "after the sleep") == 1)


def test_an_event_that_exceeds_its_maximum_age_is_not_retried(tmp_path: Path, eventually: Eventually) -> None:
    template = tmp_path / "template.yaml"
    text = (STACKS / "behaviour" / "template.yaml").read_text()
    template.write_text(text.replace("MaximumRetryAttempts: 2", "MaximumEventAgeInSeconds: 1"))
    (tmp_path / "app.py").write_text((STACKS / "behaviour" / "app.py").read_text())

    with running_gateway(template, functions=LambdaSettings(retry_delays_s=(600, 600))) as gateway:
        send(gateway, "Retried", do="raise", text="always")

        failed = "asynchronous invocation failed: EventAgeExceeded after 1 attempts"
        eventually(lambda: printed(gateway, "Retried", failed) == 1)


def test_the_log_names_a_destination_that_is_not_a_function_of_the_template(
    tmp_path: Path, eventually: Eventually
) -> None:
    template = tmp_path / "template.yaml"
    queue = "{Type: SQS, Destination: arn:aws:sqs:us-east-1:123456789012:dead}"
    text = (STACKS / "behaviour" / "template.yaml").read_text()
    template.write_text(text.replace("{Type: Lambda, Destination: !GetAtt FailureDestination.Arn}", queue))
    (tmp_path / "app.py").write_text((STACKS / "behaviour" / "app.py").read_text())

    with running_gateway(template, functions=LambdaSettings(retry_delays_s=(0, 0))) as gateway:
        send(gateway, "Retried", do="raise")

        expected = "destination arn:aws:sqs:us-east-1:123456789012:dead is not a function of this template"
        eventually(lambda: printed(gateway, "Retried", expected) == 1)
