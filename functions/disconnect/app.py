"""`$disconnect`: deletes the connection."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.connection_event import parse_disconnect
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics
from threadcast.turns.connections import close_session


@instrumented
def handler(event: Event, _context: LambdaContext) -> dict[str, Any]:
    """Delete the connection. API Gateway does not guarantee this event, so items expire too."""
    disconnect = parse_disconnect(event)
    close_session(disconnect.connection, application().connections)
    logger.info("disconnected", extra={"status_code": disconnect.status_code})
    metrics.add_metric(name="ConnectionsClosed", unit=MetricUnit.Count, value=1)
    return {"statusCode": 200}
