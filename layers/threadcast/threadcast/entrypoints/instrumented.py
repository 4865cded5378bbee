"""The decorator of every handler: structured logs, metrics, and the one place that reports errors."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.domain.error_report import error_facts
from threadcast.entrypoints.authorizer_event import HandshakeRefused
from threadcast.errors import ThreadcastError, UnexpectedError, UnknownEvent
from threadcast.settings import runs_in_sam_local

__all__ = ["Event", "Handler", "instrumented", "logger", "metrics"]

logger = Logger(service="threadcast", name="threadcast")
"""Writes one JSON object a line; every logger of the package hands its records up to it."""

metrics = Metrics(namespace="Threadcast")
"""Collects a function's metrics and writes them as one EMF line per invocation.

Their only dimension is POWERTOOLS_SERVICE_NAME, on AWS the stack's name.
"""

Event = Any
"""An event as Lambda passes it: any JSON value, since any caller may have invoked the function."""

Handler = Callable[[Event, LambdaContext], Any]


def instrumented(handler: Handler) -> Handler:
    """Decorate a handler: logs carry the connection and request ids, metrics are written at the end.

    The ids belong to the invocation's context, which its threads copy: a thread that outlives its invocation
    keeps them, and does not log under the ids of a later one.

    A failure, an unknown event included, is logged in one line and raised again: API Gateway answers with an
    internal error, Lambda calls the on-failure destination. In `sam local`, which has neither, it is returned
    as the result. Any other exception is raised as an `UnexpectedError`, because Lambda logs the text of what
    is raised, and sends it to the on-failure destination.
    """

    @functools.wraps(handler)
    def invoke(event: Event, context: LambdaContext) -> Any:
        logger.structure_logs(append=False)
        logger.thread_safe_clear_keys()
        logger.thread_safe_append_keys(function_request_id=context.aws_request_id, **_correlation(event))
        try:
            return handler(event, context)
        except HandshakeRefused:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: Lambda gets errors of ours only
            logger.error("invocation_failed", extra=error_facts(error))  # noqa: TRY400 - no text, no source
            is_loggable = isinstance(error, ThreadcastError) and error.text_is_loggable
            ours = error if is_loggable else UnexpectedError(type(error).__name__)
            if not runs_in_sam_local():
                raise ours from None
            return {
                "statusCode": 400 if isinstance(ours, UnknownEvent) else 500,
                "error": f"{type(ours).__name__}: {ours}",
            }
        finally:
            if metrics.metric_set:
                metrics.flush_metrics()

    return invoke


def _correlation(event: Event) -> dict[str, Any]:
    context = event.get("requestContext") if isinstance(event, Mapping) else None
    if not isinstance(context, Mapping):
        return {}
    found = {
        "connection_id": context.get("connectionId"),
        "request_id": context.get("requestId"),
        "route_key": context.get("routeKey"),
    }
    return {name: value if isinstance(value, str) else None for name, value in found.items()}
