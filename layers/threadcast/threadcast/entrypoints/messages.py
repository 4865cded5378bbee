"""A client's message, answered: whatever happens, whoever asked hears of it and the socket stays open."""

import logging
import uuid
from dataclasses import replace

from threadcast.domain.message import ReplyMetadata
from threadcast.entrypoints.connection_event import MessageEvent
from threadcast.errors import ClientFault, ThreadcastError
from threadcast.protocol.envelope import Envelope, read_envelope
from threadcast.protocol.frames import error_frame, fault_body, internal_error
from threadcast.protocol.requests import parse_get, parse_post, parse_stop
from threadcast.turns.desk import Desk
from threadcast.turns.post_thread import get_chat, post_thread, stop_turn
from threadcast.turns.reply import reply
from threadcast.turns.request_context import RequestContext
from threadcast.turns.retry import retry_while_unavailable

__all__ = ["Answered", "answer_message"]

_log = logging.getLogger(__name__)

Answered = str
"""`ok`, or the code of the error that the client was told."""


def answer_message(message: MessageEvent, desk: Desk) -> Answered:
    """Answer one message; never raises. Refusals and failures are told to the connection that asked."""
    envelope = read_envelope(message.body)
    asker = _asker(message, envelope)
    try:
        _dispatch(envelope, asker, desk)
    except ClientFault as fault:
        _log.info("refused", extra={"code": fault.code, "action": envelope.action})
        refusal = error_frame(envelope.action, asker.address, fault_body(fault))
        reply(lambda _: refusal, asker.connection, desk)
        return fault.code
    except Exception as error:  # noqa: BLE001 - the edge: logged with a reference, told as a fixed sentence
        reference_id = str(uuid.uuid4())
        _log_failure(error, reference_id, envelope.action)
        apology = error_frame(envelope.action, asker.address, internal_error(reference_id))
        reply(lambda _: apology, asker.connection, desk)
        return "INTERNAL_SERVER_ERROR"
    return "ok"


def _log_failure(error: Exception, reference_id: str, action: str | None) -> None:
    """Tell where the unforeseen came from; what we raise on purpose says enough by its name and text."""
    facts = {"reference_id": reference_id, "action": action}
    if isinstance(error, ThreadcastError):
        _log.error("message_failed", extra={**facts, "reason": f"{type(error).__name__}: {error}"})
    else:
        _log.error("message_failed", extra=facts, exc_info=error)


def _dispatch(envelope: Envelope, asker: RequestContext, desk: Desk) -> None:
    payload = envelope.opened()
    match envelope.action:
        case "post":
            post_thread(parse_post(payload), asker, desk)
        case "stop":
            stop = parse_stop(payload)
            retry_while_unavailable(lambda: stop_turn(stop, asker, desk), desk)
        case _:
            get = parse_get(payload)
            retry_while_unavailable(lambda: get_chat(get, asker, desk), desk)


def _asker(message: MessageEvent, envelope: Envelope) -> RequestContext:
    """The request key is the client's own id for it, else API Gateway's: the same for every delivery."""
    named = envelope.request_id is not None
    key = f"request:{envelope.request_id}" if named else f"{message.connection.id}:{message.message_id}"
    return RequestContext(
        user=message.user,
        connection=replace(message.connection, has_spoken=True),
        echo=ReplyMetadata(envelope.route, envelope.request_id),
        request_key=f"{message.user.id}:{key}",
    )
