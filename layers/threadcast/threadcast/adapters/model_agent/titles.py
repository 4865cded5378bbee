"""A chat's title: a small call of its own beside the answer, or the beginning of the prompt."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from threadcast.adapters.model_agent.event_loop import Emit
from threadcast.adapters.model_agent.providers.provider import Provider
from threadcast.adapters.model_agent.usage.turn_limits import Spending
from threadcast.adapters.model_agent.usage.usage_meter import Meter
from threadcast.domain.text import clean
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import TitleDecided, TitleExtended

__all__ = ["TitleWriter", "title_from_prompt"]

_log = logging.getLogger(__name__)

_INSTRUCTION = (
    "You name chats. Reply with a title of at most six words for the chat that begins with the message you "
    "are given, in the language of the message. No quotation marks, no full stop, nothing but the title."
)
_PROMPT_CHARACTERS = 2_000
_MAX_CHARACTERS = 60
_ORNAMENT = re.compile(r"[\"“”„*#`]+")


class TitleWriter:
    """Writes one title; whatever happens, `settle` leaves the chat with one."""

    def __init__(
        self, task: AgentTask, provider: Provider, spending: Spending, meter: Meter, emit: Emit
    ) -> None:
        self._task = task
        self._provider = provider
        self._spending = spending
        self._meter = meter
        self._emit = emit
        self._said = ""
        self._held = ""
        self._is_decided = False

    async def write(self) -> None:
        """Ask the model and stream what it says; a failure is only logged."""
        try:
            async with asyncio.timeout(self._spending.limits.title_s):
                async with aclosing(self._pieces()) as pieces:
                    async for piece in pieces:
                        self._extend(piece)
        except Exception as error:  # noqa: BLE001 - a chat's name is not worth its answer
            self._meter.fail(self._provider.failure_of(error))
            _log.warning("title_failed", extra={"fault": type(error).__qualname__})
        self.settle()

    def settle(self) -> None:
        """Decide for what was streamed, else for the prompt's beginning; once."""
        self._meter.end()
        if self._is_decided:
            return
        if not self._said:
            self._said = title_from_prompt(self._task.prompt)
            self._emit(TitleExtended(self._said))
        self._is_decided = True
        self._emit(TitleDecided(self._said))

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
        """Stream a piece, cleaned; an end that may be no part of the title waits for the next piece."""
        text = re.sub(r"\s+", " ", self._held + _ORNAMENT.sub("", piece))
        text = text if self._said else text.lstrip()
        shown = text[: max(_MAX_CHARACTERS - len(self._said), 0)].rstrip(" .")
        self._held = text[len(shown) :]
        if shown:
            self._said += shown
            self._emit(TitleExtended(shown))


def title_from_prompt(prompt: str) -> str:
    """The prompt's first words, at most 60 characters."""
    text = " ".join(prompt.split())
    if len(text) <= _MAX_CHARACTERS:
        return text or "New chat"
    return text[: _MAX_CHARACTERS - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
