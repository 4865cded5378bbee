"""A token bucket, API Gateway's algorithm for rate limits: a steady rate and a burst."""

__all__ = ["TokenBucket"]


class TokenBucket:
    """Allows `burst` requests at once, then `per_s` requests a second. The caller passes the time."""

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s = per_s
        self._burst = float(burst)
        self._tokens = float(burst)
        self._at_s: float | None = None

    def take(self, now_s: float) -> bool:
        """Take one token; return False if there is none."""
        if self._at_s is not None:
            self._tokens = min(self._burst, self._tokens + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
