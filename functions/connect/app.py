"""`$connect`: stores the connection."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.connection_event import handshake_answer, parse_connect
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics
from threadcast.errors import ConnectionLimitReached


@instrumented
def handler(event: Event, _context: LambdaContext) -> dict[str, Any]:
    """Store the connection and accept the handshake; 429 refuses it, and so does an error."""
    connect = parse_connect(event)
    try:
        subprotocol = application().connection_opener.open(connect.connection, connect.subprotocols)
    except ConnectionLimitReached:
        logger.warning("connection_refused")
        metrics.add_metric(name="ConnectionsRefused", unit=MetricUnit.Count, value=1)
        return {"statusCode": int(HTTPStatus.TOO_MANY_REQUESTS)}
    metrics.add_metric(name="ConnectionsOpened", unit=MetricUnit.Count, value=1)
    return handshake_answer(subprotocol)
