"""Why the Lambda service doesn't begin a call."""

__all__ = ["FunctionMissing", "Throttled"]


class FunctionMissing(Exception):
    """No function of the template has this name."""


class Throttled(Exception):
    """A concurrency limit is reached; `reason` is Lambda's word for which."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
