"""One frame to the connection that asked: a refusal, the answer to a stop or to a get."""

import logging
from collections.abc import Callable

from threadcast.errors import ConnectionGone, FrameTooLarge, GatewayUnreachable, PushError
from threadcast.ports import Connection
from threadcast.protocol.frames import MAX_FRAME_BYTES, Frame, encode
from threadcast.turns.desk import Desk, TurnPolicy

__all__ = ["reply"]

_log = logging.getLogger(__name__)


def reply(frame: Callable[[int], Frame], to: Connection, desk: Desk) -> None:
    """Send the frame that `frame` makes, given how many bytes it may have; never raises.

    It is sent again while the connection is throttled, or its fate unknown: it says all there is by itself,
    so hearing it twice does no harm. One that can't be delivered within bounds is only logged.
    """
    max_bytes, pause_s = MAX_FRAME_BYTES, desk.stream.backoff_s
    began_s = desk.clock.monotonic_s()
    while True:
        try:
            desk.pusher.push(to, encode(frame(max_bytes)))
        except PushError as error:
            too_large = isinstance(error, FrameTooLarge)
            hopeless = isinstance(error, ConnectionGone) or (
                too_large and max_bytes <= desk.stream.min_frame_bytes
            )
            if hopeless or desk.clock.monotonic_s() + pause_s > began_s + _patience_s(error, desk.policy):
                _log.info("reply_not_delivered", extra={"reason": type(error).__name__})
                return
            if too_large:
                max_bytes //= 2
            else:
                desk.clock.sleep(pause_s)
                pause_s = min(2 * pause_s, desk.stream.backoff_cap_s)
        else:
            return


def _patience_s(error: PushError, policy: TurnPolicy) -> float:
    return policy.gateway_timeout_s if isinstance(error, GatewayUnreachable) else policy.closing_push_s
