"""The sample events of events/: their names, payloads and functions."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.errors import DemoError

__all__ = ["EVENTS", "SampleEvent", "read_sample_event", "sample_event_names"]

EVENTS = Path(__file__).parents[2] / "events"


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """A sample event. `name` is its path in `events/` without `.json`, such as `post_thread/asset`."""

    name: str
    payload: Mapping[str, Any]

    @property
    def path(self) -> Path:
        """The event's file."""
        return EVENTS / f"{self.name}.json"

    @property
    def function(self) -> str:
        """The logical id of the event's function: `PostThreadFunction` for `post_thread/…`."""
        words = self.name.split("/", maxsplit=1)[0].split("_")
        return "".join(word.title() for word in words) + "Function"


def sample_event_names() -> list[str]:
    """Return the name of every sample event, sorted."""
    return sorted(str(path.relative_to(EVENTS).with_suffix("")) for path in EVENTS.rglob("*.json"))


def read_sample_event(name: str) -> SampleEvent:
    """Read an event by its name, or by its path `events/NAME.json`; raises `DemoError` if there is none."""
    known = sample_event_names()
    short = name.removeprefix("events/").removesuffix(".json")
    if short not in known:
        near = [each for each in known if each.endswith(f"/{short}")] or difflib.get_close_matches(
            short, known, 3
        )
        hint = f"did you mean {', '.join(near)}?" if near else "events/README.md lists them."
        raise DemoError(f"There is no event {name!r}; {hint}")
    return SampleEvent(short, json.loads((EVENTS / f"{short}.json").read_text()))
