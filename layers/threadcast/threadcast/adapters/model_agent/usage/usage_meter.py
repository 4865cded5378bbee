"""What a model's calls use: as the endpoint tells it, else as what went over the wire lets one estimate."""

from collections.abc import Mapping
from typing import Any

from threadcast.adapters.model_agent.event_loop import Emit
from threadcast.adapters.model_agent.model_errors import Failure
from threadcast.adapters.model_agent.usage.prices import CallTokens
from threadcast.adapters.model_agent.usage.turn_limits import Spending
from threadcast.domain.token_budget import estimated_tokens

__all__ = ["Meter"]


class Meter:
    """Counts one call after the other, each once, however it ends.

    Endpoints tell their figures last. A call that was hung up or broke off has told none, though it may be
    billed; some servers never tell any. `counts_cached_apart`: see `Provider`.
    """

    def __init__(self, spending: Spending, emit: Emit, *, counts_cached_apart: bool) -> None:
        self._spending = spending
        self._emit = emit
        self._counts_cached_apart = counts_cached_apart
        self._is_open = False
        self._sent = ""
        self._arrived: list[str] = []

    def begin(self, sent: str) -> None:
        """A call goes out with this text."""
        self.end()
        self._is_open, self._sent, self._arrived = True, sent, []

    def read(self, chunk: Mapping[str, Any]) -> None:
        """Take a chunk of the converse format into account."""
        match chunk:
            case {"metadata": {"usage": usage}}:
                self._is_open = False
                self._emit(self._spending.add(_told(usage, self._counts_cached_apart)))
            case {"contentBlockDelta": {"delta": delta}}:
                self._arrived.append(_text_of(delta))

    def end(self) -> None:
        """The call is over: estimate it if it has told no figures. What goes through a cache is not known."""
        if not self._is_open:
            return
        self._is_open = False
        arrived = "".join(self._arrived)
        output = estimated_tokens(arrived) if arrived else 0
        used = CallTokens(estimated_tokens(self._sent), 0, 0, output)
        self._emit(self._spending.add(used, is_estimated=True))

    def fail(self, failure: Failure | None) -> None:
        """The call has failed; what was refused before it brought anything is not billed."""
        if failure is not None and failure.is_refusal and not any(self._arrived):
            self._is_open = False
        self.end()


def _told(usage: Mapping[str, int], counts_cached_apart: bool) -> CallTokens:
    """Endpoints count the tokens of the prompt cache as a part of the input, or beside it."""
    read, written = usage.get("cacheReadInputTokens", 0), usage.get("cacheWriteInputTokens", 0)
    fresh = usage.get("inputTokens", 0)
    if not counts_cached_apart:
        fresh = max(fresh - read - written, 0)
    return CallTokens(fresh, read, written, usage.get("outputTokens", 0))


def _text_of(delta: Mapping[str, Any]) -> str:
    match delta:
        case (
            {"text": str(text)}
            | {"reasoningContent": {"text": str(text)}}
            | {"toolUse": {"input": str(text)}}
        ):
            return text
        case _:
            return ""
