"""Failures on demand, for tests of what functions do when AWS misbehaves."""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Faults", "PostFault"]

_ERROR_TYPES = {
    410: ("GoneException", ""),
    429: ("LimitExceededException", "Rate exceeded"),
    413: ("PayloadTooLargeException", "Message too long"),
    403: ("ForbiddenException", "Forbidden"),
}


@dataclass(slots=True)
class PostFault:
    """One thing that goes wrong with requests to `@connections`.

    `status` is the answer instead of the true one, None for the true one after `delay_s`;
    `connection_id` None means every connection; `times` None means until cleared;
    `after` requests are let through first; `drops` cuts the connection as well;
    `kills` is the logical id of a function whose processes end at that moment, before the request is
    carried out; None kills nobody.
    """

    status: int | None = None
    delay_s: float = 0.0
    connection_id: str | None = None
    times: int | None = None
    after: int = 0
    drops: bool = False
    kills: str | None = None

    @property
    def error_type(self) -> str:
        """Give the name of the error that goes with the status."""
        return _ERROR_TYPES.get(self.status or 0, ("InternalServerErrorException", ""))[0]

    @property
    def message(self) -> str:
        """Give the text that goes with the status."""
        return _ERROR_TYPES.get(self.status or 0, ("", "Internal server error"))[1]


@dataclass(slots=True)
class Faults:
    """The faults that are armed. Used on the gateway's own thread only."""

    posts: list[PostFault] = field(default_factory=list)
    drop: Callable[[str], None] = lambda _connection_id: None
    kill: Callable[[str], None] = lambda _logical_id: None

    def of_post(self, method: str, connection_id: str) -> PostFault | None:
        """Give the fault that the next request meets, and count it; None if none does."""
        for fault in self.posts:
            if method != "POST" or fault.connection_id not in {None, connection_id} or fault.times == 0:
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None
