"""Runs every minute: closes turns whose runner has disappeared, delivers their ends, erases deleted chats."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics
from threadcast.entrypoints.schedule_event import require_schedule


@instrumented
def handler(event: Event, context: LambdaContext) -> dict[str, int]:
    """Sweep the turns that have not ended, then the deleted chats; return how many of each."""
    require_schedule(event)
    use_cases = application().turns

    def remaining_s() -> float:
        return context.get_remaining_time_in_millis() / 1000

    report = use_cases.sweeper.sweep(remaining_s)
    counts = {"unfinished": report.unfinished, "closed": report.closed, "left": report.left}
    if report.closed or report.left:
        logger.info("turns_swept", extra=counts)
    erased = use_cases.eraser.erase(remaining_s)
    metrics.add_metric(name="ChatsErased", unit=MetricUnit.Count, value=erased)
    metrics.add_metric(name="UnfinishedTurns", unit=MetricUnit.Count, value=report.unfinished)
    metrics.add_metric(name="TurnsSwept", unit=MetricUnit.Count, value=report.closed)
    return {**counts, "erased": erased}
