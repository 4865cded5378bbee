"""The events of functions, complete, as captured from deployments (see docs/local-gateway.md)."""

import json

from local_gateway.apigateway.function_events import EventStamp
from tests.local_gateway.fakes import api, connection, events, route

STAMP = EventStamp(1_708_326_702_500, "TX8kbGVcvHcFq3A=", "TX8kbfJfPHcCIhw=")
API = api(route("$connect"))
DOMAIN = "abcdef0123.execute-api.us-east-1.amazonaws.com"
CONTEXT = {
    "extendedRequestId": "TX8kbGVcvHcFq3A=",
    "requestTime": "19/Feb/2024:07:11:42 +0000",
    "messageDirection": "IN",
    "stage": "prod",
    "connectedAt": 1_708_326_700_000,
    "requestTimeEpoch": 1_708_326_702_500,
    "identity": {"userAgent": "test/1", "sourceIp": "192.0.2.7"},
    "requestId": "TX8kbGVcvHcFq3A=",
    "domainName": DOMAIN,
    "connectionId": "L0SM9cOFvHcCIhw=",
    "apiId": "abcdef0123",
}
HEADERS = {
    "Host": DOMAIN,
    "User-Agent": "test/1",
    "X-Tag": "b",
    "X-Amzn-Trace-Id": STAMP.trace_id,
    "X-Forwarded-For": "192.0.2.7",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
}
MULTI_HEADERS = {**{name: [value] for name, value in HEADERS.items()}, "X-Tag": ["a", "b"]}


def test_a_connect_event_has_the_handshakes_headers_and_no_query_keys_without_a_query() -> None:
    event = events(API).connect(connection(), STAMP)

    assert event == {
        "headers": HEADERS,
        "multiValueHeaders": MULTI_HEADERS,
        "requestContext": {"routeKey": "$connect", "eventType": "CONNECT", **CONTEXT},
        "isBase64Encoded": False,
    }


def test_a_connect_event_has_the_query_string_when_there_is_one() -> None:
    event = events(API).connect(connection(query=[("a", "1"), ("a", "2")]), STAMP)

    assert event["queryStringParameters"] == {"a": "2"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}


def test_an_authorizers_event_is_connects_with_type_arn_and_stage_variables() -> None:
    event = events(API).authorize(connection(), STAMP)

    assert event == {
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:us-east-1:123456789012:abcdef0123/prod/$connect",
        "headers": HEADERS,
        "multiValueHeaders": MULTI_HEADERS,
        "queryStringParameters": {},
        "multiValueQueryStringParameters": {},
        "stageVariables": {},
        "requestContext": {"routeKey": "$connect", "eventType": "CONNECT", **CONTEXT},
    }


def test_a_message_event_has_a_message_id_and_the_body_and_no_headers() -> None:
    event = events(API).message(connection(), STAMP, "join", '{"action":"join"}')

    assert event == {
        "requestContext": {
            "routeKey": "join",
            "eventType": "MESSAGE",
            "messageId": "TX8kbfJfPHcCIhw=",
            **CONTEXT,
        },
        "body": '{"action":"join"}',
        "isBase64Encoded": False,
    }


def test_a_disconnect_event_has_its_status_and_reason_and_four_headers() -> None:
    event = events(API).disconnect(connection(), STAMP, 1001, "Going away")

    headers = {"Host": DOMAIN, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
    assert event == {
        "headers": headers,
        "multiValueHeaders": {key: [value] for key, value in headers.items()},
        "requestContext": {
            "routeKey": "$disconnect",
            "eventType": "DISCONNECT",
            "disconnectStatusCode": 1001,
            "disconnectReason": "Going away",
            **CONTEXT,
        },
        "isBase64Encoded": False,
    }


def test_every_event_after_the_authorizer_contains_its_context() -> None:
    authorized = connection(authorizer={"principalId": "alice", "age": "42"})
    builder = events(API)

    built = [
        builder.connect(authorized, STAMP),
        builder.message(authorized, STAMP, "join", ""),
        builder.disconnect(authorized, STAMP, 1000, ""),
    ]

    contexts = [event["requestContext"]["authorizer"] for event in built]
    assert contexts == [{"principalId": "alice", "age": "42"}] * 3


def test_every_event_of_a_stage_with_stage_variables_contains_them() -> None:
    builder = events(api(route("$connect"), stage_variables={"colour": "blue"}))

    built = [
        builder.connect(connection(), STAMP),
        builder.message(connection(), STAMP, "join", ""),
        builder.disconnect(connection(), STAMP, 1000, ""),
        builder.authorize(connection(), STAMP),
    ]

    assert [event["stageVariables"] for event in built] == [{"colour": "blue"}] * 4


def test_message_json_equals_the_message_event() -> None:
    builder = events(api(route("$connect"), stage_variables={"colour": "blue"}))
    sender = connection(authorizer={"principalId": "alice"})
    body = 'quotes " and \\ and é and \u2028'

    for stamp in (STAMP, EventStamp(1_708_326_799_999, "other=", "another=")):
        written = builder.message_json(sender, stamp, 'jo"in', body)
        assert json.loads(written) == builder.message(sender, stamp, 'jo"in', body)
