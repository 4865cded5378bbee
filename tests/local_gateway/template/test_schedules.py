"""The schedules of a template run at their rate, with the events that AWS sends."""

import asyncio
import json
import logging
from pathlib import Path

import pytest

from local_gateway.aws_lambda.scheduler import run_schedule
from local_gateway.template.stack import read_stack
from local_gateway.template.triggers.schedules import Schedule

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      RouteSelectionExpression: $request.body.route
      Routes:
        $default: {FunctionArn: !GetAtt Task.Arn}
  Task:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      InlineCode: "def handler(event, context): ..."
      Events:
        Timer: {Type: %s, Properties: %s}
"""
ARN = "arn:aws:lambda:us-east-1:123456789012:function:task"


def schedules(folder: Path, kind: str, **properties: object) -> tuple[Schedule, ...]:
    path = folder / "template.yaml"
    path.write_text(
        TEMPLATE % (kind, json.dumps({name.title(): value for name, value in properties.items()}))
    )
    return read_stack(path).schedules


@pytest.mark.parametrize(
    ("expression", "interval_s"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(2 hours)", 7_200), ("rate(1 day)", 86_400)],
)
def test_a_rate_is_read_in_seconds(tmp_path: Path, expression: str, interval_s: int) -> None:
    (schedule,) = schedules(tmp_path, "Schedule", schedule=expression, input='{"a": 1}')

    assert (schedule.interval_s, schedule.payload) == (interval_s, '{"a": 1}')
    assert schedule.function_arn.endswith("Task") or "Task" in schedule.function_arn


def test_a_schedule_of_an_alias_invokes_the_function(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    timer = TEMPLATE % ("Schedule", '{"Schedule": "rate(1 minute)"}')
    path.write_text(timer.replace("Runtime:", "AutoPublishAlias: live\n      Runtime:"))

    (schedule,) = read_stack(path).schedules

    assert schedule.function_arn.endswith(":function:local-Task:live")


def test_a_disabled_schedule_does_not_run(tmp_path: Path) -> None:
    assert schedules(tmp_path, "Schedule", schedule="rate(1 minute)", enabled=False) == ()


def test_a_cron_expression_is_named_in_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = schedules(tmp_path, "Schedule", schedule="cron(0 12 * * ? *)")

    assert found == ()
    assert "does not run here: its schedule is cron(0 12 * * ? *)" in caplog.text


def test_a_function_is_invoked_each_time_the_interval_has_passed() -> None:
    invoked: list[tuple[str, dict[str, object]]] = []
    slept: list[float] = []

    async def sleep(duration_s: float) -> None:
        slept.append(duration_s)
        if len(slept) > 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(
            run_schedule(
                Schedule("Timer", ARN, 60),
                lambda arn, payload: invoked.append((arn, json.loads(payload))),
                sleep,
            )
        )

    assert slept == [60] * 4
    assert [arn for arn, _ in invoked] == [ARN] * 3
    event = invoked[0][1]
    assert (event["detail-type"], event["source"], event["region"]) == (
        "Scheduled Event",
        "aws.events",
        "us-east-1",
    )
