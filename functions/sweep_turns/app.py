"""Runs every minute: closes turns whose runner has disappeared, and delivers ends that were not delivered."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics
from threadcast.entrypoints.schedule_event import require_schedule


@instrumented
def handler(event: Event, context: LambdaContext) -> dict[str, int]:
    """Sweep the turns that have not ended; return how many were found, closed and left for the next sweep."""
    require_schedule(event)
    sweeper = application().turns.sweeper
    report = sweeper.sweep(lambda: context.get_remaining_time_in_millis() / 1000)
    counts = {"unfinished": report.unfinished, "closed": report.closed, "left": report.left}
    if report.closed or report.left:
        logger.info("turns_swept", extra=counts)
    metrics.add_metric(name="UnfinishedTurns", unit=MetricUnit.Count, value=report.unfinished)
    metrics.add_metric(name="TurnsSwept", unit=MetricUnit.Count, value=report.closed)
    return counts
