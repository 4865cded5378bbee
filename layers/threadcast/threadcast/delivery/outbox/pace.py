"""When the next post of a stream may begin: the gap between texts, and the back-off after failures."""

from collections.abc import Callable

from threadcast.delivery.stream_policy import StreamPolicy

__all__ = ["NEVER", "Pace"]


NEVER = float("-inf")
"""Earlier than every time."""


class Pace:
    """The times before which one connection's outbox posts nothing, on the outbox's monotonic clock.

    No post begins before `next_s`, and none that only continues a text before `next_text_s`: `gap_s`, or the
    gap that this connection shares with others of the turn if it is longer, after the former post began, or
    after it was throttled.

    All streams of an account share its rate, and a 429 means that their sum exceeds it. A 429 multiplies the
    gap, which divides this stream's rate; an accepted post adds a constant to the rate. So of two streams
    that have the same share of 429s, the faster one loses more, and their rates approach each other (additive
    increase, multiplicative decrease: Chiu and Jain, https://doi.org/10.1016/0169-7552(89)90019-6).
    """

    def __init__(self, policy: StreamPolicy, jitter: Callable[[], float], not_before_s: float) -> None:
        self._policy = policy
        self._jitter = jitter
        self.next_s = not_before_s
        self.next_text_s = NEVER
        self.gap_s = policy.gap_s
        self._shared_gap_s = policy.gap_s
        self._ceiling_s = policy.backoff_s

    def share(self, connections: int) -> None:
        """Apply that so many connections receive the turn from now on; any thread may call it."""
        self._shared_gap_s = self._policy.shared_gap_s(connections)

    def begin(self, now_s: float) -> None:
        """Apply that a post begins."""
        self.next_text_s = now_s + max(self.gap_s, self._shared_gap_s)

    def accept(self) -> None:
        """Apply that the post was accepted: end the back-off, narrow a widened gap."""
        policy = self._policy
        self._ceiling_s = policy.backoff_s
        if self.gap_s > policy.gap_s:
            narrowed_s = self.gap_s / (1 + self.gap_s * policy.regained_posts_per_s)
            self.gap_s = max(narrowed_s, policy.gap_s)

    def throttle(self, now_s: float) -> None:
        """Apply that the post was throttled: back off, and widen the gap."""
        policy = self._policy
        former_s = max(self.gap_s, self._shared_gap_s)
        widened_s = max(former_s * policy.gap_growth, policy.least_widened_gap_s)
        self.gap_s = min(widened_s, max(policy.max_gap_s, self._shared_gap_s))
        self.next_text_s = now_s + self.gap_s
        self.back_off(now_s)

    def back_off(self, from_s: float) -> None:
        """Post nothing for a while after `from_s`: longer after each failure in a row, with jitter."""
        self.next_s = from_s + self._ceiling_s * (0.5 + 0.5 * self._jitter())
        self._ceiling_s = min(2 * self._ceiling_s, self._policy.backoff_cap_s)
