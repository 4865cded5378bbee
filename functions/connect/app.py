"""`$connect`: stores the connection."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.connection_event import handshake_answer, parse_connect
from threadcast.entrypoints.instrumented import Event, instrumented, metrics
from threadcast.turns.connections import open_session


@instrumented
def handler(event: Event, _context: LambdaContext) -> dict[str, Any]:
    """Store the connection and accept the handshake; an error refuses it."""
    connect = parse_connect(event)
    subprotocol = open_session(connect.connection, connect.subprotocols, application().connections)
    metrics.add_metric(name="ConnectionsOpened", unit=MetricUnit.Count, value=1)
    return handshake_answer(subprotocol)
