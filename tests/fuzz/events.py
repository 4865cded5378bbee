"""Events of functions: with any value in any place, an event is parsed or an `UnknownEvent`."""

import contextlib
from collections.abc import Callable

from hypothesis import strategies as st

from tests.entrypoints.sample_events import PARSERS, paths, replaced, sample_event
from tests.fuzz.json_values import json_values
from tests.fuzz.target import Target
from threadcast.errors import UnknownEvent

__all__ = ["EVENTS"]

Parser = Callable[[object], object]


@st.composite
def _odd_events(draw: st.DrawFn) -> tuple[Parser, object]:
    parse, name = draw(st.sampled_from(PARSERS))
    event = sample_event(name)
    for _ in range(draw(st.integers(0, 3))):
        event = replaced(event, draw(st.sampled_from(list(paths(event)))), draw(json_values))
    return parse, event


def _check(parser_and_event: tuple[Parser, object]) -> None:
    parse, event = parser_and_event
    with contextlib.suppress(UnknownEvent):
        parse(event)


EVENTS = Target("events", _odd_events(), _check)
