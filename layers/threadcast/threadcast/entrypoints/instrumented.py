"""The decorator of every handler: structured logs, metrics, and the one place that reports errors."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.errors import ThreadcastError, UnknownEvent
from threadcast.settings import runs_in_sam_local

__all__ = ["Event", "Handler", "instrumented", "logger", "metrics"]

logger = Logger(service="threadcast", name="threadcast")
"""Writes one JSON object a line; every logger of the package hands its records up to it."""

metrics = Metrics(namespace="Threadcast", service="threadcast")
"""Collects a function's metrics and writes them as one EMF line per invocation."""

Event = Mapping[str, Any]
Handler = Callable[[Event, LambdaContext], Any]


def instrumented(handler: Handler) -> Handler:
    """Decorate a handler: logs carry the connection and request ids, metrics are written at the end.

    A `ThreadcastError`, an unknown event included, is logged in one line and raised again: API Gateway
    answers with an internal error, Lambda calls the on-failure destination. In `sam local`, which has
    neither, it is returned as the result.
    """

    @functools.wraps(handler)
    def invoke(event: Event, context: LambdaContext) -> Any:
        logger.structure_logs(append=False)
        logger.append_keys(function_request_id=context.aws_request_id, **_correlation(event))
        try:
            return handler(event, context)
        except ThreadcastError as error:
            reason = f"{type(error).__name__}: {error}"
            logger.error("invocation_failed", extra={"reason": reason})  # noqa: TRY400 - no trace is needed
            if not runs_in_sam_local():
                raise
            return {"statusCode": 400 if isinstance(error, UnknownEvent) else 500, "error": reason}
        finally:
            if metrics.metric_set:
                metrics.flush_metrics()

    return invoke


def _correlation(event: Event) -> dict[str, Any]:
    context = event.get("requestContext")
    if not isinstance(context, Mapping):
        return {}
    return {
        "connection_id": context.get("connectionId"),
        "request_id": context.get("requestId"),
        "route_key": context.get("routeKey"),
    }
