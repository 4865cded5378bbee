"""Takes connections and messages to their functions and brings back what the client gets; no sockets."""

import asyncio
import json
import logging
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from local_gateway.apigateway.authorizing import Refusal, authorizer_context, has_identity
from local_gateway.apigateway.connection import Connection
from local_gateway.apigateway.events import EventMaker, Moment, now
from local_gateway.apigateway.limits import Limits
from local_gateway.apigateway.replies import (
    FORBIDDEN,
    INTERNAL_ERROR,
    TIMED_OUT,
    Accepted,
    MalformedResult,
    accept,
    error_frame,
    result_body,
)
from local_gateway.apigateway.routing import RouteSelector
from local_gateway.apigateway.timeouts import Timeouts
from local_gateway.aws_lambda.invocation import Invocation, Outcome
from local_gateway.aws_lambda.refusals import FunctionMissing, Throttled
from local_gateway.template.api import Integration, Route

__all__ = ["Dispatcher", "Invoker"]

_log = logging.getLogger(__name__)

Reply = Callable[[str | None], None]
"""Takes the frame that goes back to the client; None if nothing does."""

_MOCK = Outcome(b'{"statusCode":200}')


class Invoker(Protocol):
    """The part of the Lambda service that the gateway needs."""

    def invoke(self, name: str, payload: bytes) -> Invocation:
        """Begin a call, or raise FunctionMissing or Throttled."""


class _TimedOut(Exception):
    """The integration took longer than API Gateway waits; the function runs on."""


class _Pending:
    """One message at its integration: whichever comes first, outcome or time-out, makes the reply."""

    __slots__ = ("_answers", "_connection_id", "_reply", "_request_id", "_timeouts")

    def __init__(self, connection_id: str, request_id: str, *, answers: bool, reply: Reply) -> None:
        self._connection_id = connection_id
        self._request_id = request_id
        self._answers = answers
        self._reply: Reply | None = reply
        self._timeouts: Timeouts | None = None

    def wait(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        timeouts.begin(self)

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
        if self._timeouts is not None:
            self._timeouts.end(self)
        if reply is not None:
            reply(frame)


class Dispatcher:
    """Decides what happens to a connection's handshake, messages and end."""

    def __init__(self, events: EventMaker, invoker: Invoker, limits: Limits) -> None:
        self._events = events
        self._invoker = invoker
        self._limits = limits
        self._routes = events.api.routes
        self._selector = RouteSelector(events.api.selection, events.api.routes)
        self._timeouts = cache(Timeouts)

    async def connect(self, connection: Connection) -> Accepted:
        """Run the authorizer and `$connect`; sets the connection's authorizer context.

        Raises:
            Refusal: the handshake fails.

        """
        route = self._routes.get("$connect")
        if route is None:
            return Accepted()
        moment = now()
        await self._authorize(route, connection, moment)
        event = _json(self._events.connect(connection, moment))
        try:
            outcome = await self._integrate(route.integration, event)
        except _TimedOut:
            raise Refusal(504, TIMED_OUT, "") from None
        except (FunctionMissing, Throttled):
            raise Refusal(500, INTERNAL_ERROR, "InternalServerErrorException") from None
        return accept(outcome)

    def message(self, connection: Connection, body: str, reply: Reply) -> None:
        """Route a message; `reply` gets the frame for the client, or None if there is none, once.

        Callbacks instead of a coroutine: no task, and no turn of the event loop, per message.
        """
        moment = now()
        route = self._selector.select(body)
        if route is None:
            reply(error_frame(FORBIDDEN, connection.id, moment.request_id))
            return
        pending = _Pending(connection.id, moment.request_id, answers=route.answers, reply=reply)
        function = route.integration.function_arn
        if function is None:
            pending.on_outcome(_MOCK)
            return
        event = self._events.message_json(connection, moment, route.key, body)
        try:
            invocation = self._invoker.invoke(function, event)
        except (FunctionMissing, Throttled):
            pending.fail(INTERNAL_ERROR)
            return
        pending.wait(self._timeouts(route.integration.timeout_s))
        invocation.then(pending.on_outcome)

    async def disconnect(self, connection: Connection, code: int, reason: str) -> None:
        """Tell `$disconnect`, whose result nobody sees."""
        route = self._routes.get("$disconnect")
        if route is None:
            return
        event = _json(self._events.disconnect(connection, now(), code, reason))
        try:
            await self._integrate(route.integration, event)
        except (FunctionMissing, Throttled, _TimedOut) as problem:
            _log.warning("$disconnect of %s failed: %r", connection.id, problem)

    async def _authorize(self, route: Route, connection: Connection, moment: Moment) -> None:
        if route.needs_signature and not _is_signed(connection):
            raise Refusal(403, "Missing Authentication Token", "MissingAuthenticationTokenException")
        authorizer = route.authorizer
        if authorizer is None:
            return
        variables = self._events.api.stage_variables
        if not has_identity(authorizer.identity_sources, connection.handshake, variables):
            raise Refusal(401, "Unauthorized", "UnauthorizedException")
        event = _json(self._events.authorize(connection, moment))
        try:
            outcome = await self._call(authorizer.function_arn, event, 29.0)
        except (FunctionMissing, Throttled, _TimedOut):
            raise Refusal(500, None, "AuthorizerConfigurationException") from None
        connection.authorizer = authorizer_context(
            outcome, self._events.connect_arn, self._limits.max_authorizer_result_bytes
        )

    async def _integrate(self, integration: Integration, event: bytes) -> Outcome:
        if integration.function_arn is None:
            return _MOCK
        return await self._call(integration.function_arn, event, integration.timeout_s)

    async def _call(self, function: str, event: bytes, timeout_s: float) -> Outcome:
        outcome = self._invoker.invoke(function, event).outcome
        timer = asyncio.get_running_loop().call_later(timeout_s, _give_up, outcome)
        try:
            return await outcome
        finally:
            timer.cancel()


def _json(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


def _give_up(outcome: "asyncio.Future[Outcome]") -> None:
    if not outcome.done():
        outcome.set_exception(_TimedOut())


def _is_signed(connection: Connection) -> bool:
    """Tell whether a request carries a signature at all; nothing here can check it."""
    in_query = any(key == "X-Amz-Signature" for key, _ in connection.handshake.query)
    return in_query or (connection.handshake.header("Authorization") or "").startswith("AWS4-HMAC-SHA256")
