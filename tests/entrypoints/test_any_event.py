"""Whatever invokes a function: any JSON value gives a parsed event or an `UnknownEvent`."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.entrypoints.sample_events import PARSERS, parse_authorizer, paths, replaced, sample_event
from tests.fuzz.json_values import json_values
from threadcast.entrypoints.connection_event import parse_connect, parse_disconnect, parse_message
from threadcast.entrypoints.handoff_event import from_failure
from threadcast.errors import UnknownEvent


@pytest.mark.parametrize(("parse", "name"), PARSERS)
def test_the_sample_event_is_parsed(parse: Callable[[Any], object], name: str) -> None:
    parse(sample_event(name))


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
    event = sample_event(name)
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
        parse(replaced(sample_event(name), path, value))


def test_the_error_names_the_field_and_not_its_value() -> None:
    event = replaced(sample_event("connect/subprotocol_token"), ("headers",), "secret")

    with pytest.raises(UnknownEvent) as caught:
        parse_connect(event | {"multiValueHeaders": "secret"})

    assert str(caught.value) == "the event has a wrong multiValueHeaders"
