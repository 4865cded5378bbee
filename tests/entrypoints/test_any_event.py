"""Whatever invokes a function: any JSON value gives a parsed event or an `UnknownEvent`."""

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadcast.entrypoints.authorizer_event import find_token, method_arn_of
from threadcast.entrypoints.connection_event import parse_connect, parse_disconnect, parse_message
from threadcast.entrypoints.handoff_event import from_failure, from_payload
from threadcast.entrypoints.schedule_event import require_schedule
from threadcast.errors import TokenRejected, UnknownEvent

EVENTS = Path(__file__).parents[2] / "events"


def parse_authorizer(event: Any) -> None:
    method_arn_of(event)
    with contextlib.suppress(TokenRejected):  # an event without a token
        find_token(event)


PARSERS: list[tuple[Callable[[Any], object], str]] = [
    (parse_authorizer, "authorizer/bearer_token"),
    (parse_authorizer, "authorizer/query_token"),
    (parse_authorizer, "authorizer/subprotocol_token"),
    (parse_connect, "connect/subprotocol_token"),
    (parse_disconnect, "disconnect/idle"),
    (parse_message, "post_thread/prompt"),
    (from_payload, "run_turn/handoff_in_doubt"),
    (from_failure, "turn_failed/timed_out"),
    (require_schedule, "sweep_turns/every_minute"),
]

texts = st.text(st.characters(codec=None) | st.sampled_from('\x00\ud83d\udc00\n"'), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each value within a JSON value."""
    yield path
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        yield from paths(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """Return the JSON value with `by` in one place."""
    if not path:
        return by
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


def sample(name: str) -> Any:
    event = json.loads((EVENTS / f"{name}.json").read_text())
    return event if "requestPayload" in event or "chat_id" in event else {"isBase64Encoded": False, **event}


@pytest.mark.parametrize(("parse", "name"), PARSERS)
def test_the_sample_event_is_parsed(parse: Callable[[Any], object], name: str) -> None:
    parse(sample(name))


@pytest.mark.parametrize("event", [None, True, 7, "event", [], [["requestContext", {}]], {}])
@pytest.mark.parametrize("parse", list(dict.fromkeys(parse for parse, _ in PARSERS)))
def test_what_is_no_event_is_an_unknown_event(parse: Callable[[Any], object], event: Any) -> None:
    with pytest.raises(UnknownEvent):
        parse(event)


@given(parser=st.sampled_from(PARSERS), event=json_values)
def test_any_value_is_parsed_or_an_unknown_event(
    parser: tuple[Callable[[Any], object], str], event: Any
) -> None:
    with contextlib.suppress(UnknownEvent):
        parser[0](event)


@pytest.mark.parametrize(("parse", "name"), PARSERS)
@given(data=st.data(), value=json_values)
def test_any_value_in_any_place_of_an_event_is_parsed_or_an_unknown_event(
    parse: Callable[[Any], object], name: str, data: st.DataObject, value: Any
) -> None:
    event = sample(name)
    path = data.draw(st.sampled_from(list(paths(event))))

    with contextlib.suppress(UnknownEvent):
        parse(replaced(event, path, value))


@pytest.mark.parametrize(
    ("parse", "name", "path", "value"),
    [
        (parse_message, "post_thread/prompt", ("requestContext",), []),
        (parse_message, "post_thread/prompt", ("requestContext", "authorizer"), "alice"),
        (parse_message, "post_thread/prompt", ("requestContext", "connectedAt"), 1e300),
        (parse_message, "post_thread/prompt", ("requestContext", "connectedAt"), "1708326702500"),
        (parse_message, "post_thread/prompt", ("requestContext", "connectionId"), {}),
        (parse_message, "post_thread/prompt", ("body",), {"route": "/chats/post"}),
        (parse_connect, "connect/subprotocol_token", ("headers",), 7),
        (parse_connect, "connect/subprotocol_token", ("multiValueHeaders",), [7]),
        (parse_disconnect, "disconnect/idle", ("requestContext", "disconnectStatusCode"), "idle"),
        (parse_authorizer, "authorizer/query_token", ("methodArn",), "arn"),
        (parse_authorizer, "authorizer/query_token", ("queryStringParameters",), "authentication"),
        (parse_authorizer, "authorizer/query_token", ("queryStringParameters", "authentication"), ["x"]),
        (from_failure, "turn_failed/timed_out", ("requestPayload",), [1]),
    ],
)
def test_a_field_of_the_wrong_type_is_an_unknown_event(
    parse: Callable[[Any], object], name: str, path: tuple[str, ...], value: Any
) -> None:
    with pytest.raises(UnknownEvent):
        parse(replaced(sample(name), path, value))


def test_the_error_names_the_field_and_not_its_value() -> None:
    event = replaced(sample("connect/subprotocol_token"), ("headers",), "secret")

    with pytest.raises(UnknownEvent) as caught:
        parse_connect(event | {"multiValueHeaders": "secret"})

    assert str(caught.value) == "the event has a wrong multiValueHeaders"
