"""Runs one turn that `post_thread` has opened, and streams the agent's answer."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.handoff_event import from_payload
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics
from threadcast.entrypoints.turn_report import report_facts


@instrumented
def handler(event: Event, context: LambdaContext) -> None:
    """Run the turn up to its terminal frame; a duplicate of the event finds the turn claimed."""
    handoff = from_payload(event)
    logger.thread_safe_append_keys(chat_id=handoff.chat_id, message_id=handoff.message_id)
    runner = application().turns.handoff_runner
    report = runner.run(handoff, lambda: context.get_remaining_time_in_millis() / 1000)
    if report is None:
        return
    facts = report_facts(report)
    logger.info("turn_ended", extra={"ending": report.ending, **facts})
    metrics.add_metric(name=f"Turn.{report.ending}", unit=MetricUnit.Count, value=1)
    for name, value in facts.items():
        metrics.add_metric(name=name, unit=_unit(name), value=value)


def _unit(name: str) -> MetricUnit:
    """Return a metric's unit; CloudWatch has none for money."""
    if name.endswith("_usd"):
        return MetricUnit.NoUnit
    return MetricUnit.Seconds if name.endswith("_s") else MetricUnit.Count
