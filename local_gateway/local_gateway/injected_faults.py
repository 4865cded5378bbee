"""Injected faults of `@connections`, for tests of how functions handle AWS's errors."""

from dataclasses import dataclass, field

__all__ = ["InjectedFaults", "PostFault"]

_ERROR_TYPES = {
    410: ("GoneException", ""),
    429: ("LimitExceededException", "Rate exceeded"),
    413: ("PayloadTooLargeException", "Message too long"),
    403: ("ForbiddenException", "Forbidden"),
}


@dataclass(slots=True)
class PostFault:
    """One fault of POST requests to `@connections`.

    `status` is the response's status; None handles the request normally after `delay_s`;
    `connection_id` None applies to every connection; `times` None applies until cleared;
    `after` is the number of requests that succeed first; `drops` also cuts the connection;
    `kills` is the logical id of a function whose processes are killed before the request is handled.
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
        """The error type of the status."""
        return _ERROR_TYPES.get(self.status or 0, ("InternalServerErrorException", ""))[0]

    @property
    def message(self) -> str:
        """The message of the status."""
        return _ERROR_TYPES.get(self.status or 0, ("", "Internal server error"))[1]


@dataclass(slots=True)
class InjectedFaults:
    """The active faults. Use it on the gateway's own thread only."""

    posts: list[PostFault] = field(default_factory=list)

    def next_fault(self, method: str, connection_id: str) -> PostFault | None:
        """Return the fault of the next request, and count it; None if the request succeeds."""
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
