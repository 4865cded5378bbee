"""On-failure destination of `run_turn`: closes an abandoned turn and delivers its end."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.handoff_event import from_failure
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics
from threadcast.entrypoints.turn_functions import handle_runner_failure


@instrumented
def handler(event: Event, context: LambdaContext) -> None:
    """Decide the outcome and deliver it, unless the runner has done so."""
    handoff = from_failure(event)
    logger.append_keys(chat_id=handoff.chat_id, message_id=handoff.message_id)
    metrics.add_metric(name="RunnersDied", unit=MetricUnit.Count, value=1)
    handle_runner_failure(handoff, application().desk, lambda: context.get_remaining_time_in_millis() / 1000)
