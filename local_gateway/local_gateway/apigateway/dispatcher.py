"""Invokes the functions of a connection's handshake, messages and end, without sockets."""

import asyncio
import json
import logging
import time
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
    accept_handshake,
    error_frame,
)
from local_gateway.apigateway.integration_timeouts import SharedTimeout
from local_gateway.apigateway.integrations.dynamodb_integrations import DynamoDBIntegrations
from local_gateway.apigateway.integrations.mapping_templates import MappingError, MessageMapping
from local_gateway.apigateway.integrations.pending_message import PendingMessage, Reply
from local_gateway.apigateway.limits import Limits
from local_gateway.apigateway.request_authorizer import authorizer_context, has_identity
from local_gateway.apigateway.route_selection import RouteSelector
from local_gateway.apigateway.token_bucket import TokenBucket
from local_gateway.aws_lambda.invocation import Invocation, Outcome
from local_gateway.aws_lambda.invoke_errors import FunctionMissing, Throttled
from local_gateway.dynamodb.requests import DynamoDBClient
from local_gateway.template.api import Route
from local_gateway.template.integrations import MAX_INTEGRATION_TIMEOUT_S, Integration

__all__ = ["Dispatcher", "Invoker"]

_log = logging.getLogger(__name__)

_ACCEPTED = Outcome(b'{"statusCode":200}')
"""The outcome of a MOCK integration, and of an asynchronous invocation that is queued."""


class Invoker(Protocol):
    """The operations of the Lambda service that the dispatcher uses."""

    def invoke(self, name: str, payload: bytes) -> Invocation:
        """Start an invocation; raise FunctionMissing or Throttled."""

    def invoke_event(self, name: str, payload: bytes) -> str:
        """Queue an asynchronous invocation; raise FunctionMissing."""


class _IntegrationTimeout(Exception):
    """The integration exceeds its timeout. The function continues to run."""


class _CannotRun(Exception):
    """The integration does not run on this machine, or fails."""


_NOT_INVOKED = (FunctionMissing, Throttled, MappingError, _CannotRun)


class Dispatcher:
    """Routes a connection's handshake, messages and end to their functions."""

    def __init__(
        self,
        events: EventBuilder,
        invoker: Invoker,
        limits: Limits,
        dynamodb: DynamoDBClient | None = None,
    ) -> None:
        self._dynamodb = DynamoDBIntegrations(dynamodb)
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
        if route.needs_api_key and not self._has_api_key(connection):
            raise HandshakeRejected(403, FORBIDDEN, "ForbiddenException")
        try:
            outcome = await self._integrate(route.integration, self._events.connect(connection, stamp))
        except _IntegrationTimeout:
            raise HandshakeRejected(504, TIMED_OUT, "") from None
        except _NOT_INVOKED as problem:
            _log.warning("$connect of %s failed: %r", connection.id, problem)
            raise HandshakeRejected(500, INTERNAL_ERROR, "InternalServerErrorException") from None
        return accept_handshake(outcome) if route.integration.is_proxy else HandshakeAccepted()

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
        if route.needs_api_key and not self._has_api_key(connection):
            reply(error_frame(FORBIDDEN, connection.id, stamp.request_id))
            return
        function = route.integration.function_arn
        if not route.integration.is_proxy or route.integration.is_event or function is None:
            self._map_message(route, connection, stamp, body, reply)
            return
        pending = PendingMessage(connection.id, stamp.request_id, answers=route.answers, reply=reply)
        self._invoke(route, function, self._events.message_json(connection, stamp, route.key, body), pending)

    def _map_message(
        self, route: Route, connection: Connection, stamp: EventStamp, body: str, reply: Reply
    ) -> None:
        """Send a message to a non-proxy or asynchronous integration."""
        integration = route.integration
        event = self._events.message(connection, stamp, route.key, body)
        variables = self._events.api.stage_variables
        mapping = MessageMapping(integration, event["requestContext"], variables, body)
        read_body = (lambda _outcome: None) if integration.is_proxy else mapping.reply
        pending = PendingMessage(
            connection.id, stamp.request_id, answers=route.answers, reply=reply, read_body=read_body
        )
        try:
            payload = _json(event) if integration.is_proxy else mapping.request()
        except MappingError as problem:
            _log.warning("route %s: the mapping of a message failed: %s", route.key, problem)
            pending.fail(INTERNAL_ERROR)
            return
        if integration.kind == "MOCK":
            pending.on_outcome(Outcome(payload))
        elif integration.operation is not None:
            self._dynamodb.start(integration.operation, payload, pending.on_outcome)
        else:
            self._invoke(route, integration.function_arn, payload, pending)

    def _invoke(self, route: Route, function: str | None, payload: bytes, pending: PendingMessage) -> None:
        """Invoke a message's function, and name why it cannot be invoked."""
        try:
            if function is None:
                raise _CannotRun(route.integration.kind)
            if route.integration.is_event:
                self._invoker.invoke_event(function, payload)
                pending.on_outcome(_ACCEPTED)
                return
            invocation = self._invoker.invoke(function, payload)
        except _NOT_INVOKED as problem:
            _log.warning("route %s: its integration was not invoked: %r", route.key, problem)
            pending.fail(INTERNAL_ERROR)
            return
        pending.start_timeout(self._shared_timeouts(route.integration.timeout_s))
        invocation.then(pending.on_outcome)

    async def disconnect(self, connection: Connection, code: int, reason: str) -> None:
        """Run `$disconnect` and discard its result."""
        route = self._routes.get("$disconnect")
        if route is None:
            return
        event = self._events.disconnect(connection, stamp_now(), code, reason)
        try:
            await self._integrate(route.integration, event)
        except (*_NOT_INVOKED, _IntegrationTimeout) as problem:
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
        connection.usage_identifier_key = outcome.parsed().get("usageIdentifierKey")

    def _has_api_key(self, connection: Connection) -> bool:
        """Return whether the connection's API key is in a usage plan of the stage."""
        api = self._events.api
        if "usageIdentifierKey" in api.key_selection:
            key = connection.usage_identifier_key
        else:
            key = connection.handshake.header("x-api-key")
        return key is not None and key in api.api_keys

    async def _integrate(self, integration: Integration, event: dict[str, Any]) -> Outcome:
        """Run the integration of `$connect` or `$disconnect`."""
        if integration.kind == "OTHER":
            raise _CannotRun(integration.kind)
        if integration.is_proxy:
            payload = _json(event)
        else:
            variables = self._events.api.stage_variables
            payload = MessageMapping(integration, event["requestContext"], variables, "").request()
        if integration.operation is not None:
            outcome = await self._dynamodb.call(integration.operation, payload)
            if outcome.error is not None:
                raise _CannotRun(outcome.error)
            return outcome
        if integration.function_arn is None:
            return _ACCEPTED
        if integration.is_event:
            self._invoker.invoke_event(integration.function_arn, payload)
            return _ACCEPTED
        return await self._call(integration.function_arn, payload, integration.timeout_s)

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
