"""Writes the sample events beside this file: `python events/generate.py`.

The fields and their order follow captured events of API Gateway and Lambda. The asset ids are those of
`samples/`, and the user is the one of `make demo`. Before it runs an event, `make invoke` stores the chat
that the event names, in the state that the chat's constant describes.
"""
# ruff: noqa: INP001 - a script, not a package

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SECRET = "for-sample-events-only-0123456789abcdef"  # noqa: S105 - for sample events only
METRIC, DASHBOARD = "4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4", "73e0fcde-17c1-4d2b-b2c8-265d1a15c316"
REPORT = "2cca8163-ecf6-47cd-9a05-94e83f855fb7"


def _ids(number: int) -> tuple[str, str]:
    return f"c4a70000-0000-4000-8000-{number:012}", f"5a9e0000-0000-4000-8000-{number:012}"


# A chat and a message each: answered; being answered; waiting for run_turn; abandoned by its runner.
CHAT, MESSAGE = _ids(1)
RUNNING_CHAT, RUNNING_MESSAGE = _ids(2)
WAITING_CHAT, WAITING_MESSAGE = _ids(3)
ABANDONED_CHAT, ABANDONED_MESSAGE = _ids(4)

USER = {
    "id": "ada10000-0000-4000-8000-000000000001",
    "name": "Ada",
    "email": "ada@example.com",
    "organization_id": "0a900000-0000-4000-8000-000000000001",
    "avatar": None,
}
API, STAGE, CONNECTION = "a1b2c3d4e5", "prod", "L0SM9cOFvHcCIhw="
DOMAIN = f"{API}.execute-api.us-east-1.amazonaws.com"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:threadcast-RunTurnFunction-AbCdEfGhIjKl"
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0"
AUTHORIZER = {
    "principalId": USER["id"],
    "integrationLatency": 86,
    "user_id": USER["id"],
    "user_name": USER["name"],
    "user_email": USER["email"],
    "organization_id": USER["organization_id"],
}

SCHEDULED = """{"version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "source": "aws.events",
"detail-type": "Scheduled Event", "account": "123456789012", "time": "2024-02-19T07:27:00Z", "detail": {},
"region": "us-east-1", "resources": ["arn:aws:events:us-east-1:123456789012:rule/threadcast-EveryMinute"]}"""

Event = Mapping[str, Any]


def token(**changed: Any) -> str:
    """Return a token with Ada's claims, signed with the sample secret; it expires in 2100."""
    claims = {
        "sub": USER["id"],
        **{claim: USER[claim] for claim in ("name", "email", "organization_id")},
        "iss": "threadcast",
        "aud": "threadcast",
        "exp": 4102444800,
        **changed,
    }
    header = {"alg": "HS256", "typ": "JWT"}
    text = ".".join(_base64(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{text}.{_base64(hmac.digest(SECRET.encode(), text.encode(), hashlib.sha256))}"


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def context(route_key: str, event_type: str, **more: Any) -> dict[str, Any]:
    """Return a request context without the authorizer's part."""
    return {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": "TX8Z2GzvPHcFzeQ=",
        "requestTime": "19/Feb/2024:07:11:43 +0000",
        "messageDirection": "IN",
        "stage": STAGE,
        "connectedAt": 1708326702500,
        "requestTimeEpoch": 1708326703000,
        "identity": {"userAgent": USER_AGENT, "sourceIp": "203.0.113.7"},
        "requestId": "TX8Z2GzvPHcFzeQ=",
        "domainName": DOMAIN,
        "connectionId": CONNECTION,
        "apiId": API,
        **more,
    }


def handshake(query: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the headers and query parameters of a handshake."""
    sent = {
        "Host": DOMAIN,
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
        "Sec-WebSocket-Key": "aUJ3SzFvZlRwZkQ4cTdYZw==",
        "Sec-WebSocket-Version": "13",
        "User-Agent": USER_AGENT,
        "X-Amzn-Trace-Id": "Root=1-65d2fe2e-3f2a4c5b6d7e8f9012345678",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **headers,
    }
    parameters = {"queryStringParameters": dict(query), "multiValueQueryStringParameters": _as_lists(query)}
    event = {"headers": sent, "multiValueHeaders": _as_lists(sent)}
    return {**event, **parameters} if query else event


def _as_lists(values: Mapping[str, str]) -> dict[str, list[str]]:
    return {key: [value] for key, value in values.items()}


def authorize(query: Mapping[str, str] | None = None, **headers: str) -> Event:
    """Return an event of the authorizer; underscores in header names become hyphens."""
    return {
        "type": "REQUEST",
        "methodArn": f"arn:aws:execute-api:us-east-1:123456789012:{API}/{STAGE}/$connect",
        "queryStringParameters": {},
        "multiValueQueryStringParameters": {},
        **handshake(query or {}, {name.replace("_", "-"): value for name, value in headers.items()}),
        "stageVariables": {},
        "requestContext": context("$connect", "CONNECT"),
    }


def connect(query: Mapping[str, str], headers: Mapping[str, str], **more: Any) -> Event:
    """Return an event of `$connect`."""
    request = context("$connect", "CONNECT", **more, authorizer=AUTHORIZER)
    return {**handshake(query, headers), "requestContext": request, "isBase64Encoded": False}


def disconnect(code: int, reason: str) -> Event:
    """Return an event of `$disconnect`."""
    ended = {"disconnectStatusCode": code, "disconnectReason": reason}
    headers = {"Host": DOMAIN, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
    return {
        "headers": headers,
        "multiValueHeaders": _as_lists(headers),
        "requestContext": context("$disconnect", "DISCONNECT", **ended, authorizer=AUTHORIZER),
        "isBase64Encoded": False,
    }


def message(body: Any, route_key: str = "$default") -> Event:
    """Return an event of a message; a body that is not a string becomes JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    # Unique for each event: a second event with the same id would be a duplicate of the first.
    message_id = base64.b64encode(hashlib.sha256(text.encode()).digest()[:11]).decode()
    return {
        "requestContext": context(route_key, "MESSAGE", messageId=message_id, authorizer=AUTHORIZER),
        "body": text,
        "isBase64Encoded": False,
    }


def post(route: str = "/chats/post", **payload: Any) -> Event:
    """Return an event of a request for a turn."""
    return message({"route": route, "payload": payload}, route if route.isalnum() else "$default")


def handoff(**changed: Any) -> Event:
    """Return the payload with which `post_thread` invokes `run_turn`."""
    return {
        "chat_id": WAITING_CHAT,
        "message_id": WAITING_MESSAGE,
        "user": USER,
        "reached": [CONNECTION],
        "in_doubt": [],
        **changed,
    }


def failure(condition: str, error: Mapping[str, str] | None) -> Event:
    """Return a record of Lambda for `turn_failed`; without an error, the event was never run."""
    abandoned = {"chat_id": ABANDONED_CHAT, "message_id": ABANDONED_MESSAGE}
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": "2024-02-19T07:26:44.120Z",
        "requestContext": {
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
            "functionArn": f"{FUNCTION_ARN}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": 1 if error else 0,
        },
        "requestPayload": handoff(**(abandoned if error else {})),
    }
    if error:
        response = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
        record |= {"responseContext": response, "responsePayload": error}
    return record


def handshakes() -> Iterator[tuple[str, Event]]:
    """Yield events of handshakes and disconnects."""
    good, forged = token(), token()[:-8] + "AAAAAAAA"
    yield "authorizer/query_token", authorize({"authentication": good})
    yield "authorizer/bearer_token", authorize(Authorization=f"Bearer {good}")
    yield "authorizer/subprotocol_token", authorize(Sec_WebSocket_Protocol=f"bearer, {good}")
    yield "authorizer/no_token", authorize()
    yield "authorizer/forged_token", authorize({"authentication": forged})
    yield "authorizer/expired_token", authorize({"authentication": token(exp=1708326000)})
    yield "connect/query_token", connect({"authentication": good}, {})
    yield "connect/subprotocol_token", connect({}, {"Sec-WebSocket-Protocol": f"bearer, {good}"})
    yield "connect/custom_domain", connect({"authentication": good}, {}, domainName="chat.example.com")
    yield "disconnect/closed_by_client", disconnect(1005, "Client-side close frame status not set")
    yield "disconnect/idle", disconnect(1001, "Going away")
    yield "disconnect/lost", disconnect(1006, "Connection Closed Abnormally")


def valid_messages() -> Iterator[tuple[str, Event]]:
    """Yield valid messages."""
    question = "Which source grew the most since 2001?"
    yield "asset", post(asset_id=METRIC, asset_type="metric_file")
    yield "asset_and_prompt", post(asset_id=METRIC, asset_type="metric_file", prompt=question)
    yield "asset_older_type_name", post(asset_id=METRIC, asset_type="metric")
    yield "dashboard", post(asset_id=DASHBOARD, asset_type="dashboard_file")
    yield "prompt", post(prompt="What can I ask you?")
    yield "follow_up", post(prompt="And which one shrank?", chat_id=CHAT)
    yield "replace", post(prompt="Which one shrank?", chat_id=CHAT, message_id=MESSAGE)
    yield "legacy_metric_id", post(metric_id=METRIC, prompt=None, chat_id=None)
    yield "legacy_dashboard_id", post(dashboard_id=DASHBOARD, prompt=question)
    yield "threads_route", post("/threads/post", asset_id=METRIC, asset_type="metric_file")
    yield "post_thread_route", post("postThread", asset_id=METRIC, asset_type="metric_file")
    with_id = {"route": "/chats/post", "request_id": "r-1", "payload": {"metric_id": METRIC}}
    yield "request_id", message(with_id)
    stopped = {"id": RUNNING_CHAT, "message_id": RUNNING_MESSAGE}
    yield "stop", message({"route": "/chats/stop", "payload": stopped})
    yield "stop_thread_route", message({"route": "stopThread", "payload": stopped}, "stopThread")
    yield "get", message({"route": "/chats/get", "payload": {"id": CHAT}})
    yield "list_chats", message({"route": "/chats/list", "payload": {"page_token": 0, "page_size": 25}})
    changed = {"id": CHAT, "title": "Sources of electricity", "is_favorited": True}
    yield "update_chat", message({"route": "/chats/update", "payload": changed})
    yield "delete_chats", message({"route": "/chats/delete", "payload": [{"id": CHAT}]})
    copied = {"route": "/chats/duplicate", "request_id": "d-1", "payload": {"id": CHAT}}
    yield "duplicate_chat", message(copied)
    granted = [{"email": "bob@example.com", "role": "can_view"}]
    shared = {"id": CHAT, "users": granted, "workspace_sharing": "can_view"}
    yield "share_chat", message({"route": "/chats/share", "payload": shared})
    yield "unsubscribe", message({"route": "/chats/unsubscribe", "payload": {"id": CHAT}})
    yield "search_chats", message({"route": "/chats/search", "payload": {"query": "electricity"}})
    rating = {"id": MESSAGE, "chat_id": CHAT, "feedback": "negative", "comment": "Which years?"}
    yield "update_message", message({"route": "/messages/update", "payload": rating})
    yield from asset_messages()


def asset_messages() -> Iterator[tuple[str, Event]]:
    """Yield valid messages about assets and usage."""
    first_two = {"page_token": 0, "page_size": 2}
    yield "metrics_list", message({"route": "/metrics/list", "payload": first_two})
    yield "dashboards_list", message({"route": "/dashboards/list", "payload": {}})
    yield "reports_list", message({"route": "/reports/list", "payload": {}})
    yield "metrics_get", message({"route": "/metrics/get", "payload": {"id": METRIC, "version_number": 1}})
    yield "dashboards_get", message({"route": "/dashboards/get", "payload": {"id": DASHBOARD}})
    yield "reports_get", message({"route": "/reports/get", "payload": {"id": REPORT}})
    yield "search", message({"route": "/search", "payload": {"query": "iowa", "exclude_dashboards": True}})
    yield "usage_get", message({"route": "/usage/get", "payload": {}})


def invalid_messages() -> Iterator[tuple[str, Event]]:
    """Yield messages that get an error frame, one for each rule."""
    yield "not_json", message("hello")
    yield "empty", message("")
    yield "not_an_object", message(["/chats/post"])
    yield "no_route", message({"payload": {"prompt": "Hello"}})
    yield "unknown_route", message({"route": "/chats/archive", "payload": {"id": CHAT}})
    yield "no_payload", message({"route": "/chats/post"})
    yield "request_id_too_long", message({"route": "/chats/post", "request_id": "r" * 65, "payload": {}})
    yield "prompt_not_text", post(prompt=7)
    yield "prompt_too_long", post(prompt="a" * 20_001)
    yield "malformed_chat_id", post(prompt="Hello", chat_id="chat-1")
    yield "malformed_message_id", post(prompt="Hello", chat_id=CHAT, message_id="1")
    yield "malformed_asset_id", post(asset_id="metric-1", asset_type="metric_file")
    yield "malformed_metric_id", post(metric_id="metric-1")
    yield "malformed_dashboard_id", post(dashboard_id="dashboard-1")
    yield "unknown_asset_type", post(asset_id=METRIC, asset_type="spreadsheet")
    yield "asset_type_that_starts_no_chat", post(asset_id=METRIC, asset_type="collection")
    yield "asset_without_type", post(asset_id=METRIC)
    yield "type_without_asset", post(asset_type="metric_file", prompt="Hello")
    yield "metric_and_dashboard", post(metric_id=METRIC, dashboard_id=DASHBOARD)
    yield "chat_and_asset", post(prompt="Hello", chat_id=CHAT, asset_id=METRIC, asset_type="metric_file")
    yield "neither_prompt_nor_asset", post(prompt="  ")
    yield "stop_without_message", message({"route": "/chats/stop", "payload": {"id": CHAT}})
    yield "get_without_id", message({"route": "/chats/get", "payload": {}})
    yield "page_size", message({"route": "/metrics/list", "payload": {"page_size": 0}})
    yield "metric_without_id", message({"route": "/metrics/get", "payload": {}})
    yield "malformed_report_id", message({"route": "/reports/get", "payload": {"id": "report-1"}})
    yield "search_without_query", message({"route": "/search", "payload": {"num_results": 5}})
    yield "chats_page_size", message({"route": "/chats/list", "payload": {"page_size": 101}})
    yield "chats_cursor", message({"route": "/chats/list", "payload": {"cursor": "page-2"}})
    public = {"id": CHAT, "publicly_accessible": True}
    yield "public_access", message({"route": "/chats/share", "payload": public})
    yield "update_of_nothing", message({"route": "/chats/update", "payload": {"id": CHAT}})
    yield "delete_without_list", message({"route": "/chats/delete", "payload": {"id": CHAT}})
    yield "search_for_nothing", message({"route": "/chats/search", "payload": {"query": " "}})
    rating = {"id": MESSAGE, "chat_id": CHAT, "feedback": "so-so"}
    yield "feedback", message({"route": "/messages/update", "payload": rating})


def turns() -> Iterator[tuple[str, Event]]:
    """Yield events of asynchronous invocations."""
    yield "run_turn/handoff", handoff()
    yield "run_turn/handoff_in_doubt", handoff(reached=[], in_doubt=[CONNECTION])
    yield "run_turn/not_a_handoff", {"chat_id": WAITING_CHAT}
    timed_out = {"errorType": "Sandbox.Timedout", "errorMessage": "RequestId: e4b46cbf Error: Task timed out"}
    crashed = {"errorType": "Runtime.ExitError", "errorMessage": "RequestId: e4b46cbf Error: Runtime exited"}
    yield "turn_failed/timed_out", failure("RetriesExhausted", timed_out)
    yield "turn_failed/crashed", failure("RetriesExhausted", crashed)
    yield "turn_failed/never_run", failure("EventAgeExceeded", None)
    yield "turn_failed/not_a_record", {"version": "1.0"}
    yield "sweep_turns/every_minute", json.loads(SCHEDULED)
    yield "sweep_turns/not_a_schedule", {"version": "0"}


def all_events() -> dict[str, Event]:
    """Return every sample event by its path without `.json`."""
    return {
        **dict(handshakes()),
        **{f"post_thread/{name}": event for name, event in valid_messages()},
        **{f"post_thread/invalid_{name}": event for name, event in invalid_messages()},
        **dict(turns()),
    }


def as_text(event: Event) -> str:
    """Return the text of an event's file."""
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, event in all_events().items():
        (HERE / f"{path}.json").write_text(as_text(event))
