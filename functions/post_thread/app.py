"""`postThread`, `stopThread` and `$default`: answers a client's message."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.connection_event import parse_message
from threadcast.entrypoints.instrumented import Event, instrumented, metrics


@instrumented
def handler(event: Event, context: LambdaContext) -> dict[str, Any]:
    """Answer one message by frames; the status is for API Gateway's logs."""

    def count(name: str) -> None:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)

    answered = application().turns.messages.answer(
        parse_message(event), lambda: context.get_remaining_time_in_millis() / 1000, count
    )
    count(f"Message.{answered}")
    return {"statusCode": 500 if answered == "INTERNAL_SERVER_ERROR" else 200}
