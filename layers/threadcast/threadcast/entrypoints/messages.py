"""Answers a client's message: in every case the client receives a frame, and the connection stays open."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace

from threadcast.delivery.replier import Replier
from threadcast.domain.error_report import error_facts
from threadcast.domain.message import ReplyMetadata
from threadcast.entrypoints.connection_event import MessageEvent
from threadcast.errors import ClientFault
from threadcast.protocol.envelope import Envelope, read_envelope
from threadcast.protocol.frame_encoder import encode
from threadcast.protocol.frames import error_frame, fault_body, internal_error
from threadcast.protocol.requests import parse_get, parse_post, parse_stop
from threadcast.protocol.types.frame_types import ErrorBody
from threadcast.turns.get_chat import GetChat
from threadcast.turns.message_quota import MessageQuota
from threadcast.turns.post_thread import PostThread
from threadcast.turns.request_context import RequestContext
from threadcast.turns.stop_thread import StopThread

__all__ = ["Answered", "MessageHandler"]

_log = logging.getLogger(__name__)

Answered = str
"""`ok`, or the code of the error that was sent to the client."""


_CHARGED_FIRST = ("stop", "get")
"""Actions that never open a turn. A post is charged once it turns out to be a duplicate or is refused."""


class MessageHandler:
    """Parses messages, calls their use cases, and sends refusals; the only broad catch of a request."""

    def __init__(
        self, post: PostThread, stop: StopThread, get: GetChat, quota: MessageQuota, replier: Replier
    ) -> None:
        self._post = post
        self._stop = stop
        self._get = get
        self._quota = quota
        self._replier = replier

    def answer(self, message: MessageEvent, remaining_s: Callable[[], float]) -> Answered:
        """Answer one message; never raises. Errors are sent to the connection that sent the message.

        `remaining_s` returns for how long this process may still work, in seconds.
        """
        envelope = read_envelope(message.body)
        context = _context(message, envelope, remaining_s)
        try:
            context = replace(context, presence=self._quota.admit(context.user))
            self._dispatch(envelope, context)
        except ClientFault as fault:
            _log.info("refused", extra={"code": fault.code, "action": envelope.action})
            if context.presence is not None and envelope.action not in _CHARGED_FIRST:
                self._quota.charge(context.user, context.presence)
            self._refuse(envelope, context, fault_body(fault), retries=context.presence is not None)
            return fault.code
        except Exception as error:  # noqa: BLE001 - the edge: logged with a reference, a fixed sentence sent
            reference_id = str(uuid.uuid4())
            facts = {"reference_id": reference_id, "action": envelope.action}
            _log.error("message_failed", extra={**facts, **error_facts(error)})
            self._refuse(envelope, context, internal_error(reference_id))
            return "INTERNAL_SERVER_ERROR"
        return "ok"

    def _refuse(
        self, envelope: Envelope, context: RequestContext, body: ErrorBody, *, retries: bool = True
    ) -> None:
        frame = encode(error_frame(envelope.action, context.address, body))
        self._replier.reply(lambda _: frame, context.connection, retries=retries)

    def _dispatch(self, envelope: Envelope, context: RequestContext) -> None:
        if envelope.action in _CHARGED_FIRST and context.presence is not None:
            self._quota.charge(context.user, context.presence)
        payload = envelope.opened()
        match envelope.action:
            case "post":
                self._post.post(parse_post(payload), context)
            case "stop":
                self._stop.stop(parse_stop(payload), context)
            case _:
                self._get.get(parse_get(payload), context)


def _context(message: MessageEvent, envelope: Envelope, remaining_s: Callable[[], float]) -> RequestContext:
    """Return the context; its request key is the client's own id of the request, else API Gateway's."""
    is_named = envelope.request_id is not None
    key = f"request:{envelope.request_id}" if is_named else f"{message.connection.id}:{message.message_id}"
    return RequestContext(
        user=message.user,
        connection=replace(message.connection, has_spoken=True),
        echo=ReplyMetadata(envelope.route, envelope.request_id),
        request_key=f"{message.user.id}:{key}",
        remaining_s=remaining_s,
    )
