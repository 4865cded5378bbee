"""Sends one frame to the connection that asked: a refusal, or the answer to a stop or a get."""

import logging
from collections.abc import Callable

from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import ConnectionGone, DeliveryUnknown, FrameTooLarge, GatewayUnreachable, PushError
from threadcast.ports import Clock, Connection, Pusher

__all__ = ["Replier"]

_log = logging.getLogger(__name__)


class Replier:
    """Sends single frames, and retries within bounds."""

    def __init__(self, pusher: Pusher, clock: Clock, policy: TurnPolicy, stream: StreamPolicy) -> None:
        self._pusher = pusher
        self._clock = clock
        self._policy = policy
        self._stream = stream

    def reply(self, frame: Callable[[int], bytes], to: Connection, *, retries: bool = True) -> bool:
        """Send the frame that `frame` makes for a size limit in bytes; return whether it was accepted.

        The frame is sent again while the connection is throttled, or the outcome of a post is unknown: it
        is complete by itself, so a repetition does no harm. After an unknown outcome it is sent again only
        once the former post cannot arrive any more: it must not follow a newer frame. Never raises: a frame
        that cannot be delivered is only logged. Without `retries` there is one attempt: the answer to a user
        who has sent too much holds no function.
        """
        max_bytes, pause_s = self._stream.max_frame_bytes, self._stream.backoff_s
        began_s = self._clock.monotonic_s()
        while True:
            try:
                self._pusher.push(to, frame(max_bytes))
            except PushError as error:
                deadline_s = began_s + self._timeout_s(error)
                if (
                    not retries
                    or self._is_final(error, max_bytes)
                    or self._clock.monotonic_s() + pause_s > deadline_s
                ):
                    _log.info("reply_not_delivered", extra={"reason": type(error).__name__})
                    return False
                if isinstance(error, FrameTooLarge):
                    max_bytes //= 2
                else:
                    is_in_doubt = isinstance(error, DeliveryUnknown)
                    self._clock.sleep(max(pause_s, self._stream.settle_s) if is_in_doubt else pause_s)
                    pause_s = min(2 * pause_s, self._stream.backoff_cap_s)
            else:
                return True

    def _is_final(self, error: PushError, max_bytes: int) -> bool:
        """Return whether no further attempt can succeed."""
        is_smallest = max_bytes <= self._stream.min_frame_bytes
        return isinstance(error, ConnectionGone) or (isinstance(error, FrameTooLarge) and is_smallest)

    def _timeout_s(self, error: PushError) -> float:
        is_unreachable = isinstance(error, GatewayUnreachable)
        return self._policy.gateway_timeout_s if is_unreachable else self._policy.closing_push_s
