"""Invokes the functions of a connection's handshake, messages and end, without sockets."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from local_gateway.access.signature import MISSING_SIGNATURE, is_signed
from local_gateway.apigateway.connections import Connection
from local_gateway.apigateway.function_events import EventBuilder, EventStamp, stamp_now
from local_gateway.apigateway.handshake import HandshakeAccepted, HandshakeRejected
from local_gateway.apigateway.integration_results import (
    FORBIDDEN,
    INTERNAL_ERROR,
    THROTTLED,
    TIMED_OUT,
    MalformedResult,
    accept_handshake,
    error_frame,
    result_body,
)
from local_gateway.apigateway.integration_timeouts import SharedTimeout
from local_gateway.apigateway.limits import Limits
from local_gateway.apigateway.request_authorizer import authorizer_context, has_identity
from local_gateway.apigateway.route_selection import RouteSelector
from local_gateway.apigateway.token_bucket import TokenBucket
from local_gateway.aws_lambda.invocation import Invocation, Outcome
from local_gateway.aws_lambda.invoke_errors import FunctionMissing, Throttled
from local_gateway.template.api import MAX_INTEGRATION_TIMEOUT_S, Integration, Route

__all__ = ["Dispatcher", "Invoker"]

_log = logging.getLogger(__name__)

Reply = Callable[[str | None], None]
"""Sends the reply to a message to its client; None sends nothing."""

_MOCK = Outcome(b'{"statusCode":200}')


class Invoker(Protocol):
    """The operation of the Lambda service that the dispatcher uses."""

    def invoke(self, name: str, payload: bytes) -> Invocation:
        """Start an invocation; raise FunctionMissing or Throttled."""


class _IntegrationTimeout(Exception):
    """The integration exceeds its timeout. The function continues to run."""


class _PendingMessage:
    """A message at its integration. The first of outcome and timeout determines the reply."""

    __slots__ = ("_answers", "_connection_id", "_reply", "_request_id", "_shared_timeout")

    def __init__(self, connection_id: str, request_id: str, *, answers: bool, reply: Reply) -> None:
        self._connection_id = connection_id
        self._request_id = request_id
        self._answers = answers
        self._reply: Reply | None = reply
        self._shared_timeout: SharedTimeout | None = None

    def start_timeout(self, shared_timeout: SharedTimeout) -> None:
        self._shared_timeout = shared_timeout
        shared_timeout.start(self)

    def on_timeout(self) -> None:
        self.fail(TIMED_OUT)

    def fail(self, message: str) -> None:
        self._finish(error_frame(message, self._connection_id, self._request_id))

    def on_outcome(self, outcome: Outcome) -> None:
        try:
            body = result_body(outcome)
        except MalformedResult:
            self.fail(INTERNAL_ERROR)
        else:
            self._finish(body if self._answers else None)

    def _finish(self, frame: str | None) -> None:
        reply, self._reply = self._reply, None
        if self._shared_timeout is not None:
            self._shared_timeout.cancel(self)
        if reply is not None:
            reply(frame)


class Dispatcher:
    """Routes a connection's handshake, messages and end to their functions."""

    def __init__(self, events: EventBuilder, invoker: Invoker, limits: Limits) -> None:
        self._events = events
        self._invoker = invoker
        self._limits = limits
        self._routes = events.api.routes
        self._selector = RouteSelector(events.api.selection, events.api.routes)
        self._shared_timeouts = cache(SharedTimeout)
        self._buckets = {
            route.key: TokenBucket(route.throttling.per_s, route.throttling.burst)
            for route in self._routes.values()
            if route.throttling is not None
        }

    async def connect(self, connection: Connection) -> HandshakeAccepted:
        """Run the authorizer and `$connect`; set the connection's authorizer context.

        Raises:
            HandshakeRejected: the handshake fails.

        """
        route = self._routes.get("$connect")
        if route is None:
            return HandshakeAccepted()
        if self._is_throttled(route):
            raise HandshakeRejected(429, THROTTLED, "TooManyRequestsException")
        stamp = stamp_now()
        await self._authorize(route, connection, stamp)
        event = _json(self._events.connect(connection, stamp))
        try:
            outcome = await self._integrate(route.integration, event)
        except _IntegrationTimeout:
            raise HandshakeRejected(504, TIMED_OUT, "") from None
        except (FunctionMissing, Throttled):
            raise HandshakeRejected(500, INTERNAL_ERROR, "InternalServerErrorException") from None
        return accept_handshake(outcome)

    def message(self, connection: Connection, body: str, reply: Reply) -> None:
        """Route a message; call `reply` once with the frame for the client, or None if there is none.

        Callbacks instead of a coroutine: a message creates no task and waits for no loop iteration.
        """
        stamp = stamp_now()
        route = self._selector.select(body)
        if route is None:
            reply(error_frame(FORBIDDEN, connection.id, stamp.request_id))
            return
        if self._is_throttled(route):
            reply(error_frame(THROTTLED, connection.id, stamp.request_id))
            return
        pending = _PendingMessage(connection.id, stamp.request_id, answers=route.answers, reply=reply)
        function = route.integration.function_arn
        if function is None:
            pending.on_outcome(_MOCK)
            return
        event = self._events.message_json(connection, stamp, route.key, body)
        try:
            invocation = self._invoker.invoke(function, event)
        except (FunctionMissing, Throttled):
            pending.fail(INTERNAL_ERROR)
            return
        pending.start_timeout(self._shared_timeouts(route.integration.timeout_s))
        invocation.then(pending.on_outcome)

    async def disconnect(self, connection: Connection, code: int, reason: str) -> None:
        """Run `$disconnect` and discard its result."""
        route = self._routes.get("$disconnect")
        if route is None:
            return
        event = _json(self._events.disconnect(connection, stamp_now(), code, reason))
        try:
            await self._integrate(route.integration, event)
        except (FunctionMissing, Throttled, _IntegrationTimeout) as problem:
            _log.warning("$disconnect of %s failed: %r", connection.id, problem)

    def _is_throttled(self, route: Route) -> bool:
        bucket = self._buckets.get(route.key)
        return bucket is not None and not bucket.take(time.monotonic())

    async def _authorize(self, route: Route, connection: Connection, stamp: EventStamp) -> None:
        if route.needs_signature and not _is_signed(connection):
            kind, message = MISSING_SIGNATURE
            raise HandshakeRejected(403, message, kind)
        authorizer = route.authorizer
        if authorizer is None:
            return
        variables = self._events.api.stage_variables
        if not has_identity(authorizer.identity_sources, connection.handshake, variables):
            raise HandshakeRejected(401, "Unauthorized", "UnauthorizedException")
        event = _json(self._events.authorize(connection, stamp))
        try:
            outcome = await self._call(authorizer.function_arn, event, MAX_INTEGRATION_TIMEOUT_S)
        except (FunctionMissing, Throttled, _IntegrationTimeout):
            raise HandshakeRejected(500, None, "AuthorizerConfigurationException") from None
        connection.authorizer = authorizer_context(
            outcome, self._events.connect_arn, self._limits.max_authorizer_result_bytes
        )

    async def _integrate(self, integration: Integration, event: bytes) -> Outcome:
        if integration.function_arn is None:
            return _MOCK
        return await self._call(integration.function_arn, event, integration.timeout_s)

    async def _call(self, function: str, event: bytes, timeout_s: float) -> Outcome:
        outcome = self._invoker.invoke(function, event).outcome
        timer = asyncio.get_running_loop().call_later(timeout_s, _expire, outcome)
        try:
            return await outcome
        finally:
            timer.cancel()


def _json(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


def _expire(outcome: "asyncio.Future[Outcome]") -> None:
    if not outcome.done():
        outcome.set_exception(_IntegrationTimeout())


def _is_signed(connection: Connection) -> bool:
    """Return whether a handshake has a signature, in its query or in its header."""
    in_query = any(key == "X-Amz-Signature" for key, _ in connection.handshake.query)
    return in_query or is_signed(connection.handshake.header("Authorization"))
