"""`TitleWriter`: a chat's title, by a small model call of its own, else from the prompt."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from threadcast.adapters.model_agent.event_loop import Emit
from threadcast.adapters.model_agent.providers.provider import Provider
from threadcast.adapters.model_agent.usage.turn_limits import TurnUsage
from threadcast.adapters.model_agent.usage.usage_meter import UsageMeter
from threadcast.domain.streamed_parts import TitleDelta, TitleEnd
from threadcast.domain.text import clean, title_from_prompt
from threadcast.ports import AgentTask

__all__ = ["TitleWriter"]

_log = logging.getLogger(__name__)

_INSTRUCTION = (
    "You name chats. Reply with a title of at most six words for the chat that begins with the message you "
    "are given, in the language of the message. No quotation marks, no full stop, nothing but the title."
)
_PROMPT_CHARACTERS = 2_000
_MAX_CHARACTERS = 60
_ORNAMENT = re.compile(r"[\"“”„*#`]+")


class TitleWriter:
    """Writes one title; after `settle` the chat has one in any case."""

    def __init__(
        self, task: AgentTask, provider: Provider, usage: TurnUsage, meter: UsageMeter, emit: Emit
    ) -> None:
        self._task = task
        self._provider = provider
        self._usage = usage
        self._meter = meter
        self._emit = emit
        self._title = ""
        self._held = ""
        self._is_decided = False

    async def write(self) -> None:
        """Stream the model's title; a failure is only logged."""
        try:
            async with asyncio.timeout(self._usage.limits.title_s):
                async with aclosing(self._pieces()) as pieces:
                    async for piece in pieces:
                        self._extend(piece)
        except Exception as error:  # noqa: BLE001 - a failed title must not end the answer
            self._meter.fail(self._provider.failure_of(error))
            _log.warning("title_failed", extra={"fault": type(error).__qualname__})
        self.settle()

    def settle(self) -> None:
        """Decide the title once: the streamed text, else the beginning of the prompt."""
        self._meter.end()
        if self._is_decided:
            return
        if not self._title:
            self._title = title_from_prompt(self._task.prompt)
            self._emit(TitleDelta(self._title))
        self._is_decided = True
        self._emit(TitleEnd(self._title))

    async def _pieces(self) -> AsyncGenerator[str, None]:
        message = clean(self._message())
        self._meter.begin(f"{_INSTRUCTION}\n{message}")
        stream = self._provider.title_model.stream(
            [{"role": "user", "content": [{"text": message}]}], None, _INSTRUCTION
        )
        async for chunk in stream:
            self._meter.read(chunk)
            match chunk:
                case {"contentBlockDelta": {"delta": {"text": str(text)}}}:
                    yield text

    def _message(self) -> str:
        context = self._task.context
        about = f"It is about “{context.asset.name}”.\n\n" if context is not None else ""
        return f"{about}The message:\n{self._task.prompt[:_PROMPT_CHARACTERS]}"

    def _extend(self, piece: str) -> None:
        """Emit a cleaned piece; trailing characters that may not be part of the title wait for the next."""
        text = re.sub(r"\s+", " ", self._held + _ORNAMENT.sub("", piece))
        text = text if self._title else text.lstrip()
        shown = text[: max(_MAX_CHARACTERS - len(self._title), 0)].rstrip(" .")
        self._held = text[len(shown) :]
        if shown:
            self._title += shown
            self._emit(TitleDelta(shown))
