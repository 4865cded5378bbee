"""`StreamReader`: converts the chunks of a model's stream to agent events."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from threadcast.adapters.model_agent.tools.tool_steps import ToolSteps
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd, ReasoningDelta, ReasoningEnd
from threadcast.ports.agent_events import AgentEvent

__all__ = ["StreamReader"]


@dataclass(slots=True)
class _Block:
    """The open text or thought; it begins with the first character that is not white space."""

    kind: Literal["answer", "thought"]
    key: str
    begun: bool = False


class StreamReader:
    """Reads all streams of one turn; parts and steps get keys in the order in which they begin.

    `has_output`: the current call has produced output. `is_complete`: its stream has had its final event.
    `stop_reason` is the model's; `was_blocked`: a guardrail has blocked the call.
    """

    def __init__(self, steps: ToolSteps) -> None:
        self._steps = steps
        self._block: _Block | None = None
        self._blocks = 0
        self.has_output = False
        self.is_complete = True
        self.stop_reason = ""
        self.was_blocked = False

    def begin_call(self) -> None:
        """Reset the state for the next call."""
        self.has_output, self.is_complete = False, False

    def read(self, chunk: Mapping[str, Any]) -> Iterator[AgentEvent]:
        """Yield the events of a chunk in the format of Converse."""
        match chunk:
            case {"contentBlockStart": {"start": {"toolUse": {"name": name, "toolUseId": id_}}}}:
                self.has_output = True
                yield from self.finish()
                yield from self._steps.begin(str(name), str(id_))
            case {"contentBlockDelta": {"delta": {"text": str(text)}}}:
                yield from self._extend("answer", text)
            case {"contentBlockDelta": {"delta": {"reasoningContent": {"text": str(text)}}}}:
                yield from self._extend("thought", text)
            case {"contentBlockStop": _}:
                yield from self.finish()
            case {"messageStop": {"stopReason": reason}}:
                self.is_complete, self.stop_reason = True, str(reason)
                yield from self.finish()
            case {"redactContent": _}:
                self.was_blocked = True

    def finish(self) -> Iterator[AgentEvent]:
        """End the open block."""
        block, self._block = self._block, None
        if block is not None and block.begun:
            yield AnswerEnd(block.key) if block.kind == "answer" else ReasoningEnd(block.key, "Thought")

    def _extend(self, kind: Literal["answer", "thought"], text: str) -> Iterator[AgentEvent]:
        """Extend a block; a block of white space only is never begun."""
        self.has_output = True
        if self._block is None or self._block.kind != kind:
            yield from self.finish()
            self._blocks += 1
            self._block = _Block(kind, f"{kind}-{self._blocks}")
        block = self._block
        if not block.begun:
            text = text.lstrip()
            block.begun = bool(text)
        if not text:
            return
        if kind == "answer":
            yield AnswerDelta(block.key, text)
        else:
            yield ReasoningDelta(block.key, "Thinking", text)
