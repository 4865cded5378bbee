"""On-failure destination of `run_turn`: closes a turn whose runner has failed, and delivers its end."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.handoff_event import from_failure
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics


@instrumented
def handler(event: Event, context: LambdaContext) -> None:
    """Decide the outcome if it is undecided, and deliver it if it is undelivered."""
    handoff = from_failure(event)
    logger.thread_safe_append_keys(chat_id=handoff.chat_id, message_id=handoff.message_id)
    metrics.add_metric(name="RunnersDied", unit=MetricUnit.Count, value=1)
    handler_of_failures = application().turns.failure_handler
    handler_of_failures.handle(handoff, lambda: context.get_remaining_time_in_millis() / 1000)
