"""Runs every minute: closes turns without a runner, delivers ends, erases deleted and expired chats."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics
from threadcast.entrypoints.schedule_event import require_schedule


@instrumented
def handler(event: Event, context: LambdaContext) -> dict[str, int]:
    """Sweep the turns that have not ended, then deleted and expired chats; return how many there were."""
    require_schedule(event)

    def remaining_s() -> float:
        return context.get_remaining_time_in_millis() / 1000

    app = application()
    report = app.turns.sweeper.sweep(remaining_s)
    erased = app.turns.eraser.erase(remaining_s)
    expired = app.chat_expiry.run(remaining_s)
    counts = {
        "unfinished": report.unfinished,
        "closed": report.closed,
        "left": report.left,
        "erased": erased,
        "expired": expired,
    }
    if report.closed or report.left or erased or expired:
        logger.info("turns_swept", extra=counts)
    metrics.add_metric(name="ChatsErased", unit=MetricUnit.Count, value=erased)
    metrics.add_metric(name="UnfinishedTurns", unit=MetricUnit.Count, value=report.unfinished)
    metrics.add_metric(name="TurnsSwept", unit=MetricUnit.Count, value=report.closed)
    metrics.add_metric(name="ChatsExpired", unit=MetricUnit.Count, value=expired)
    return counts
