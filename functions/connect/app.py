"""`$connect`: stores the connection."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.connection_event import handshake_answer, parse_connect
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics
from threadcast.errors import ConnectionLimitReached
from threadcast.turns.connections import register_email


@instrumented
def handler(event: Event, _context: LambdaContext) -> dict[str, Any]:
    """Store the connection and the user's address; 429 refuses the handshake, and so does an error."""
    connect, app = parse_connect(event), application()
    try:
        subprotocol = app.connection_opener.open(connect.connection, connect.subprotocols)
    except ConnectionLimitReached:
        logger.warning("connection_refused")
        metrics.add_metric(name="ConnectionsRefused", unit=MetricUnit.Count, value=1)
        return {"statusCode": int(HTTPStatus.TOO_MANY_REQUESTS)}
    register_email(connect.user, app.directory, app.clock.now())
    metrics.add_metric(name="ConnectionsOpened", unit=MetricUnit.Count, value=1)
    return handshake_answer(subprotocol)
