"""The reply to a message: the first of the integration's outcome and its timeout determines it."""

from collections.abc import Callable

from local_gateway.apigateway.integration_results import (
    INTERNAL_ERROR,
    TIMED_OUT,
    MalformedResult,
    error_frame,
    result_body,
)
from local_gateway.apigateway.integration_timeouts import SharedTimeout
from local_gateway.apigateway.integrations.mapping_templates import MappingError
from local_gateway.aws_lambda.invocation import Outcome

__all__ = ["PendingMessage", "Reply"]

Reply = Callable[[str | None], None]
"""Sends the reply to a message to its client; None sends nothing."""

ReadBody = Callable[[Outcome], str | None]
"""Returns the body of a result; raises MalformedResult or MappingError."""


class PendingMessage:
    """A message at its integration. The first of outcome and timeout determines the reply."""

    __slots__ = ("_answers", "_connection_id", "_read_body", "_reply", "_request_id", "_shared_timeout")

    def __init__(
        self,
        connection_id: str,
        request_id: str,
        *,
        answers: bool,
        reply: Reply,
        read_body: ReadBody = result_body,
    ) -> None:
        self._connection_id = connection_id
        self._request_id = request_id
        self._answers = answers
        self._read_body = read_body
        self._reply: Reply | None = reply
        self._shared_timeout: SharedTimeout | None = None

    def start_timeout(self, shared_timeout: SharedTimeout) -> None:
        """Start the integration's timeout."""
        self._shared_timeout = shared_timeout
        shared_timeout.start(self)

    def on_timeout(self) -> None:
        """Send the reply of a timeout; the function continues to run."""
        self.fail(TIMED_OUT)

    def fail(self, message: str) -> None:
        """Send an error frame."""
        self._finish(error_frame(message, self._connection_id, self._request_id))

    def on_outcome(self, outcome: Outcome) -> None:
        """Send the reply of an outcome, if the route has a route response."""
        try:
            body = self._read_body(outcome)
        except (MalformedResult, MappingError):
            self.fail(INTERNAL_ERROR)
        else:
            self._finish(body if self._answers else None)

    def _finish(self, frame: str | None) -> None:
        reply, self._reply = self._reply, None
        if self._shared_timeout is not None:
            self._shared_timeout.cancel(self)
        if reply is not None:
            reply(frame)
