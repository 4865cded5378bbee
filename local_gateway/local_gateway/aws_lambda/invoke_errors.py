"""The errors of Invoke: the Lambda service does not start the invocation."""

__all__ = ["FunctionMissing", "Throttled"]


class FunctionMissing(Exception):
    """The template has no function with this name."""


class Throttled(Exception):
    """A concurrency limit is reached; `reason` is Lambda's name of the limit."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
