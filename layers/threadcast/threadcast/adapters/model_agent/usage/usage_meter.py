"""`UsageMeter`: token usage of a model's calls, as reported by the endpoint, else estimated."""

from collections.abc import Mapping
from typing import Any

from threadcast.adapters.model_agent.event_loop import Emit
from threadcast.adapters.model_agent.model_errors import Failure
from threadcast.adapters.model_agent.usage.prices import CallTokens
from threadcast.adapters.model_agent.usage.turn_limits import TurnUsage
from threadcast.domain.text import estimated_tokens

__all__ = ["UsageMeter"]


class UsageMeter:
    """Counts sequential calls, each once, however it ends.

    Endpoints report usage at the end of the stream. An aborted or interrupted call reports none, but may be
    billed; some servers never report any. Both are estimated. `counts_cached_apart`: see `Provider`.
    """

    def __init__(self, usage: TurnUsage, emit: Emit, *, counts_cached_apart: bool) -> None:
        self._usage = usage
        self._emit = emit
        self._counts_cached_apart = counts_cached_apart
        self._is_open = False
        self._sent = ""
        self._arrived: list[str] = []

    def begin(self, sent: str) -> None:
        """Begin a call that sends this text."""
        self.end()
        self._is_open, self._sent, self._arrived = True, sent, []

    def read(self, chunk: Mapping[str, Any]) -> None:
        """Count a chunk in the format of Converse."""
        match chunk:
            case {"metadata": {"usage": usage}}:
                self._is_open = False
                self._emit(self._usage.add(_tokens_of(usage, self._counts_cached_apart)))
            case {"contentBlockDelta": {"delta": delta}}:
                self._arrived.append(_text_of(delta))

    def end(self) -> None:
        """End the call, and estimate its usage if none was reported; cached tokens are unknown then."""
        if not self._is_open:
            return
        self._is_open = False
        arrived = "".join(self._arrived)
        output = estimated_tokens(arrived) if arrived else 0
        used = CallTokens(estimated_tokens(self._sent), 0, 0, output)
        self._emit(self._usage.add(used, is_estimated=True))

    def fail(self, failure: Failure | None) -> None:
        """End a failed call; a refused call without output is not billed, so not counted."""
        if failure is not None and failure.is_refusal and not any(self._arrived):
            self._is_open = False
        self.end()


def _tokens_of(usage: Mapping[str, int], counts_cached_apart: bool) -> CallTokens:
    """Return the reported tokens; endpoints include cached tokens in the input count, or do not."""
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
