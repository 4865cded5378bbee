"""Answers a client's message: in every case the client receives a frame, and the connection stays open."""

import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from threadcast.delivery.replier import Replier
from threadcast.domain.error_report import error_facts
from threadcast.domain.message import ReplyMetadata
from threadcast.entrypoints.connection_event import MessageEvent
from threadcast.errors import BudgetUsedUp, ClientFault
from threadcast.protocol.envelope import Envelope, read_envelope
from threadcast.protocol.frame_encoder import encode
from threadcast.protocol.frames import error_frame, fault_body, internal_error
from threadcast.protocol.routes import Route, UseCase
from threadcast.protocol.types.frame_types import ErrorBody
from threadcast.turns.message_quota import MessageQuota
from threadcast.turns.request_context import RequestContext

__all__ = ["Answered", "Count", "MessageHandler", "RouteDispatcher"]

_log = logging.getLogger(__name__)

Answered = str
"""`ok`, or the code of the error that was sent to the client; `BUDGET_USED_UP` is counted apart."""

Count = Callable[[str], None]
"""Counts something, by the name of a metric."""


def _count_nothing(_: str) -> None: ...


class RouteDispatcher:
    """Calls the use case of a route, and sends its results."""

    def __init__(self, use_cases: Iterable[UseCase[Any, Any]], replier: Replier) -> None:
        self._use_cases = {type(use_case): use_case for use_case in use_cases}
        self._replier = replier

    def dispatch(
        self, route: Route[Any, Any], command: object, context: RequestContext, count: Count = _count_nothing
    ) -> None:
        """Serve a command, and send a frame for each result; raises what the use case raises."""
        for result in self._use_cases[route.use_case].serve(command, context):
            if route.metric is not None:
                count(route.metric(result))
            is_sent = self._replier.reply(_frames(route, result, context), context.connection)
            if not is_sent and route.reply_to(result).is_part:
                return


class MessageHandler:
    """Parses messages, calls their use cases, and sends refusals; the only broad catch of a request."""

    def __init__(self, dispatcher: RouteDispatcher, quota: MessageQuota, replier: Replier) -> None:
        self._dispatcher = dispatcher
        self._quota = quota
        self._replier = replier

    def answer(
        self, message: MessageEvent, remaining_s: Callable[[], float], count: Count = _count_nothing
    ) -> Answered:
        """Answer one message; never raises. Errors are sent to the connection that sent the message.

        `remaining_s` returns for how long this process may still work, in seconds. `count` counts what the
        route has a metric for.
        """
        envelope = read_envelope(message.body)
        context = _context(message, envelope, remaining_s)
        route = None if envelope.route is None else envelope.route.names[0]
        try:
            context = replace(context, presence=self._quota.admit(context.user))
            self._serve(envelope, context, count)
        except ClientFault as fault:
            _log.info("refused", extra={"code": fault.code, "route": route})
            if context.presence is not None and not _is_charged_first(envelope):
                self._quota.charge(context.user, context.presence)
            self._refuse(envelope, context, fault_body(fault), retries=context.presence is not None)
            return "BUDGET_USED_UP" if isinstance(fault, BudgetUsedUp) else fault.code
        except Exception as error:  # noqa: BLE001 - the edge: logged with a reference, a fixed sentence sent
            reference_id = str(uuid.uuid4())
            facts = {"reference_id": reference_id, "route": route}
            _log.error("message_failed", extra={**facts, **error_facts(error)})
            self._refuse(envelope, context, internal_error(reference_id))
            return "INTERNAL_SERVER_ERROR"
        return "ok"

    def _refuse(
        self, envelope: Envelope, context: RequestContext, body: ErrorBody, *, retries: bool = True
    ) -> None:
        frame = encode(error_frame(envelope.error_event, context.address, body))
        self._replier.reply(lambda _: frame, context.connection, retries=retries)

    def _serve(self, envelope: Envelope, context: RequestContext, count: Count) -> None:
        if _is_charged_first(envelope) and context.presence is not None:
            self._quota.charge(context.user, context.presence)
        route, command = envelope.opened()
        self._dispatcher.dispatch(route, command, context, count)


def _is_charged_first(envelope: Envelope) -> bool:
    """Return whether the message is charged in any case.

    A post is charged to the quota of messages once it turns out to be a duplicate or is refused.
    """
    return envelope.route is not None and not envelope.route.opens_turn


def _frames(route: Route[Any, Any], result: object, context: RequestContext) -> Callable[[int], bytes]:
    return lambda max_bytes: encode(route.reply(result, context.address, max_bytes))


def _context(message: MessageEvent, envelope: Envelope, remaining_s: Callable[[], float]) -> RequestContext:
    """Return the context; its request key is the client's own id of the request, else API Gateway's."""
    is_named = envelope.request_id is not None
    key = f"request:{envelope.request_id}" if is_named else f"{message.connection.id}:{message.message_id}"
    return RequestContext(
        user=message.user,
        connection=replace(message.connection, has_spoken=True),
        echo=ReplyMetadata(envelope.name, envelope.request_id),
        request_key=f"{message.user.id}:{key}",
        remaining_s=remaining_s,
    )
