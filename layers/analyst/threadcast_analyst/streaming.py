"""An answer as it is made: a few words at a time, and not one event after the stop signal."""

import re
from collections.abc import Iterable, Iterator

from threadcast.ports import StopSignal
from threadcast.ports.agent_events import AgentEvent

__all__ = ["in_chunks", "until_stopped"]

_WORDS_PER_CHUNK = 3


def in_chunks(text: str, words: int = _WORDS_PER_CHUNK) -> Iterator[str]:
    """The text in pieces of a few words; joined, they are the text."""
    parts = re.findall(r"\s*\S+|\s+$", text)
    for start in range(0, len(parts), words):
        yield "".join(parts[start : start + words])


def until_stopped(events: Iterable[AgentEvent], stop: StopSignal, pace_s: float) -> Iterator[AgentEvent]:
    """The events, `pace_s` seconds apart (0: at once), as long as nobody asks to stop.

    The signal is looked at before an event is made, not only before it is told: making one may store things.
    """
    remaining = iter(events)
    while not (stop.is_set() or (pace_s > 0 and stop.wait(pace_s))):
        try:
            event = next(remaining)
        except StopIteration:
            return
        yield event
