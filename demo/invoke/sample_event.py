"""The sample events: which there are, what each holds, and which function each is for."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.errors import DemoError

__all__ = ["EVENTS", "SampleEvent", "event_names", "read_event"]

EVENTS = Path(__file__).parents[2] / "events"


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """One event. `name` is its path in `events/` without `.json`, such as `post_thread/asset`."""

    name: str
    payload: Mapping[str, Any]

    @property
    def path(self) -> Path:
        """The file that holds it."""
        return EVENTS / f"{self.name}.json"

    @property
    def function(self) -> str:
        """The logical id of the function that it is for: `PostThreadFunction` for `post_thread/…`."""
        words = self.name.split("/", maxsplit=1)[0].split("_")
        return "".join(word.title() for word in words) + "Function"


def event_names() -> list[str]:
    """Return the name of every sample event, sorted."""
    return sorted(str(path.relative_to(EVENTS).with_suffix("")) for path in EVENTS.rglob("*.json"))


def read_event(name: str) -> SampleEvent:
    """Read an event by its name; `events/NAME.json` does as well. Raises `DemoError` if there is none."""
    known = event_names()
    short = name.removeprefix("events/").removesuffix(".json")
    if short not in known:
        near = [each for each in known if each.endswith(f"/{short}")] or difflib.get_close_matches(
            short, known, 3
        )
        hint = f"did you mean {', '.join(near)}?" if near else "events/README.md lists them."
        raise DemoError(f"There is no event {name!r}; {hint}")
    return SampleEvent(short, json.loads((EVENTS / f"{short}.json").read_text()))
