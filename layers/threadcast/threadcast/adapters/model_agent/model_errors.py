"""What can go wrong with a model, each in a sentence that is safe to show."""

from enum import Enum

from threadcast.errors import AgentError

__all__ = ["AnswerFiltered", "Failure", "ModelFault", "NothingSaid", "StreamBrokeOff", "agent_error"]

_WINDOW = 20
"""So many characters in a row that were sent to the model make a fault's text a copy of what was said."""

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
    def may_pass(self) -> bool:
        """Whether the same call may succeed a moment later."""
        return self in {Failure.THROTTLED, Failure.UNAVAILABLE, Failure.UNREACHABLE}

    @property
    def is_refusal(self) -> bool:
        """Whether the endpoint has not begun to answer."""
        return self not in {Failure.BROKE_OFF, Failure.TOOK_TOO_LONG}


class StreamBrokeOff(Exception):
    """The model's stream ended without saying that it was over."""


class NothingSaid(Exception):
    """The model has ended its answer without one."""


class AnswerFiltered(Exception):
    """A guardrail or the model's own filter has refused the question or the answer."""


class ModelFault(Exception):
    """What the log says of a failed call: the SDK's error and its text, without what was said in the chat."""


def agent_error(failure: Failure, error: Exception, sent: str) -> AgentError:
    """The error for the turn; its cause carries the SDK's details, never a piece of `sent`."""
    told = AgentError(failure.value)
    told.__cause__ = ModelFault(f"{failure.name}: {_described(error, sent)}")
    return told


def _described(error: Exception, sent: str) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    cause = error.__cause__
    origin = f" from {type(cause).__qualname__}" if cause is not None else ""
    text = " ".join(str(error).split())[:_MAX_TEXT]
    return f"{name}{origin}: {'(its text repeats the chat)' if _repeats(text, sent) else text}"


def _repeats(text: str, sent: str) -> bool:
    """Whether the text holds a piece of what was sent: some servers answer a bad request with all of it."""
    squeezed = " ".join(sent.split())
    return any(text[at : at + _WINDOW] in squeezed for at in range(max(len(text) - _WINDOW + 1, 0)))
