"""Failures of a model call, each with a sentence that is safe to show to the user."""

from enum import Enum

from threadcast.errors import AgentError, ThreadcastError

__all__ = ["AnswerFiltered", "EmptyAnswer", "Failure", "ModelCallError", "StreamInterrupted", "agent_error"]

_WINDOW = 20
"""An error's text that repeats so many consecutive characters of the request counts as a copy of it."""

_MAX_TEXT = 400


class Failure(Enum):
    """A kind of failure; its value is the sentence for the user."""

    THROTTLED = "The model is busy right now. Please try again in a minute."
    ACCESS_DENIED = "The model refused access. An administrator has to check its permissions and key."
    MISCONFIGURED = "The model can't be used as it is set up. An administrator has to check its settings."
    TOO_LONG = "This chat has become too long for the model. Please start a new one."
    FILTERED = "The model's content filter declined this. Please put the question differently."
    UNREACHABLE = "The model could not be reached. Please try again."
    UNAVAILABLE = "The model is not available right now. Please try again in a minute."
    TOOK_TOO_LONG = "The model took too long to answer. Please try again."
    BROKE_OFF = "The model's answer broke off. What was said so far is kept; please try again."
    SAID_NOTHING = "The model gave no answer. Please try again."
    UNKNOWN = "The model could not answer. Please try again."

    @property
    def is_transient(self) -> bool:
        """Whether the same call may succeed a moment later."""
        return self in {Failure.THROTTLED, Failure.UNAVAILABLE, Failure.UNREACHABLE}

    @property
    def is_refusal(self) -> bool:
        """Whether the endpoint has refused the call, without a response."""
        return self not in {Failure.BROKE_OFF, Failure.TOOK_TOO_LONG}


class StreamInterrupted(Exception):
    """The model's stream ended without its final event."""


class EmptyAnswer(Exception):
    """The model has ended without an answer."""


class AnswerFiltered(Exception):
    """A guardrail or the model's own filter has blocked the question or the answer."""


class ModelCallError(ThreadcastError):
    """The log's description of a failed call: the SDK's error, without text from the chat."""


def agent_error(failure: Failure, error: Exception, sent: str) -> AgentError:
    """Return the error of the turn; its cause has the SDK's details, but no text of `sent`."""
    raised = AgentError(failure.value)
    raised.__cause__ = ModelCallError(f"{failure.name}: {_described(error, sent)}")
    return raised


def _described(error: Exception, sent: str) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    cause = error.__cause__
    origin = f" from {type(cause).__qualname__}" if cause is not None else ""
    text = " ".join(str(error).split())[:_MAX_TEXT]
    return f"{name}{origin}: {'(its text repeats the chat)' if _repeats(text, sent) else text}"


def _repeats(text: str, sent: str) -> bool:
    """Return whether the text repeats a part of the request, as some servers' error responses do."""
    request = " ".join(sent.split())
    return any(text[at : at + _WINDOW] in request for at in range(max(len(text) - _WINDOW + 1, 0)))
