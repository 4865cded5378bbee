"""API Gateway's limits for WebSocket APIs, in one place.

Source unless another is named: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that the gateway enforces; tests shorten the long ones."""

    max_frame_bytes: int = 32 * 1024
    max_message_bytes: int = 128 * 1024
    max_post_bytes: int = 128 * 1024
    """Data of PostToConnection: the service model says 131,072."""
    idle_s: float = 600.0
    lifetime_s: float = 7_200.0
    max_authorizer_result_bytes: int = 8 * 1024
    max_unread_bytes: int = 1024 * 1024
    """Unread bytes of a slow client above which posts to it return 429. AWS does not document the limit."""
    posts_per_s: float | None = None
    """Rate of `@connections` requests above which they return 429; None is no limit.
    The account's quota is 10,000 a second in each region, shared by all of its APIs."""
    posts_burst: int = 5_000
