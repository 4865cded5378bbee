"""A model's stream, chunk by chunk, as what it means to the user."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from threadcast.adapters.model_agent.tools.tool_steps import ToolSteps
from threadcast.ports.agent_events import (
    AgentEvent,
    AnswerEnded,
    AnswerExtended,
    ReasoningEnded,
    ReasoningExtended,
)

__all__ = ["StreamReader"]


@dataclass(slots=True)
class _Block:
    """The text or the thought that is growing; it begins with the first that is not white space."""

    kind: Literal["answer", "thought"]
    key: str
    begun: bool = False


class StreamReader:
    """Reads all streams of one turn; parts and steps get keys in the order in which they begin.

    `has_spoken`: the present call has brought something. `is_whole`: its stream has said that it was over.
    `stop_reason` is how the model ended it; `was_blocked`: a guardrail has refused it.
    """

    def __init__(self, steps: ToolSteps) -> None:
        self._steps = steps
        self._block: _Block | None = None
        self._blocks = 0
        self.has_spoken = False
        self.is_whole = True
        self.stop_reason = ""
        self.was_blocked = False

    def begin_call(self) -> None:
        """The model is called (again)."""
        self.has_spoken, self.is_whole = False, False

    def read(self, chunk: Mapping[str, Any]) -> Iterator[AgentEvent]:
        """What a chunk of the converse format says."""
        match chunk:
            case {"contentBlockStart": {"start": {"toolUse": {"name": name, "toolUseId": id_}}}}:
                self.has_spoken = True
                yield from self.finish()
                yield from self._steps.begin(str(name), str(id_))
            case {"contentBlockDelta": {"delta": {"text": str(text)}}}:
                yield from self._extend("answer", text)
            case {"contentBlockDelta": {"delta": {"reasoningContent": {"text": str(text)}}}}:
                yield from self._extend("thought", text)
            case {"contentBlockStop": _}:
                yield from self.finish()
            case {"messageStop": {"stopReason": reason}}:
                self.is_whole, self.stop_reason = True, str(reason)
                yield from self.finish()
            case {"redactContent": _}:
                self.was_blocked = True

    def finish(self) -> Iterator[AgentEvent]:
        """End what is still growing."""
        block, self._block = self._block, None
        if block is not None and block.begun:
            yield AnswerEnded(block.key) if block.kind == "answer" else ReasoningEnded(block.key, "Thought")

    def _extend(self, kind: Literal["answer", "thought"], text: str) -> Iterator[AgentEvent]:
        """More of a block; one that holds nothing but white space is never begun."""
        self.has_spoken = True
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
            yield AnswerExtended(block.key, text)
        else:
            yield ReasoningExtended(block.key, "Thinking", text)
