"""The expected result, frames and writes of each sample event when `make invoke` runs it."""

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from types import EllipsisType

from demo.invoke.connections_api import Frame
from demo.invoke.emulators import Effects
from demo.invoke.outcome import Outcome
from demo.invoke.requirements import OTHER_CONNECTION

__all__ = ["EXPECTED", "Expected", "check"]

CONNECTION = "L0SM9cOFvHcCIhw="
ADA = "USER#ada10000-0000-4000-8000-000000000001"
ANSWERED, RUNNING, WAITING, ABANDONED = (f"CHAT#c4a70000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))

Events = tuple[str | EllipsisType, ...]
"""The events of a connection's frames without consecutive repeats; `...` matches any number of them."""

PROMPT_LESS: Events = ("initializeChat", "generatingResponseMessage", "complete")
STREAMED: Events = (
    "initializeChat",
    "generatingReasoningMessage",
    ...,
    "generatingResponseMessage",
    "complete",
)
CONTINUED: Events = STREAMED[1:]
CAUGHT_UP: Events = ("initializeChat", ..., "complete")
"""The frames of a connection that joins a running turn; the first frame has what was streamed before."""

CLOSED: Events = ("initializeChat", "generatingResponseMessage", "postThread")

OPENED = ("put CHAT#* CHAT", "put CHAT#* MSG#0000000001", "put REQUEST#* REQUEST", f"put {ADA} RATE")
NEXT_TURN = (
    f"updated {ANSWERED} CHAT",
    f"put {ANSWERED} MSG#0000000002",
    "put REQUEST#* REQUEST",
    f"updated {ADA} RATE",
)


CHARGED = f"* {ADA} RATE"
"""A message that opens no turn is charged to the user's quota."""


def ended(chat: str) -> tuple[str, ...]:
    return (f"updated {chat} CHAT", f"updated {chat} MSG#0000000001", f"updated {ADA} RATE")


@dataclass(frozen=True)
class Expected:
    """The status of the result, the events on the requesting and the other connection, the writes.

    `contains` is a text in the result or the frames, `error` the message of the error that is raised.
    """

    status: int | None = 200
    requesting: Events = ()
    other: Events = ()
    written: tuple[str, ...] = ()
    contains: str = ""
    error: str | None = None


ALLOWED = Expected(status=None, contains="'Effect': 'Allow'")
REFUSED = Expected(status=None, error="Unauthorized")
ADDED = Expected(written=(f"put {ADA} CONN#{CONNECTION}",))
REMOVED = Expected(written=(f"deleted {ADA} CONN#{CONNECTION}",))
ASSET = Expected(requesting=PROMPT_LESS, other=PROMPT_LESS, written=OPENED)
PROMPT = Expected(requesting=STREAMED, other=STREAMED, written=OPENED)
NEXT = Expected(requesting=STREAMED, other=STREAMED, written=NEXT_TURN)
REPLACED = replace(NEXT, written=(*NEXT_TURN, f"updated {ANSWERED} MSG#0000000001"))
"""The replaced message gets its expiry."""

STOP = Expected(requesting=("stopThread",), written=(f"updated {RUNNING} CHAT", CHARGED))
UNKNOWN_EVENT = Expected(status=400)


def answered(event: str, *written: str, contains: str = "") -> Expected:
    return Expected(requesting=(event,), written=(CHARGED, *written), contains=contains)


def invalid(event: str, message: str) -> Expected:
    return Expected(requesting=(event,), written=(CHARGED,), contains=message)


EXPECTED = {
    "authorizer/query_token": ALLOWED,
    "authorizer/bearer_token": ALLOWED,
    "authorizer/subprotocol_token": ALLOWED,
    "authorizer/no_token": REFUSED,
    "authorizer/forged_token": REFUSED,
    "authorizer/expired_token": REFUSED,
    "connect/query_token": ADDED,
    "connect/subprotocol_token": ADDED,
    "connect/custom_domain": ADDED,
    "disconnect/closed_by_client": REMOVED,
    "disconnect/idle": REMOVED,
    "disconnect/lost": REMOVED,
    "post_thread/asset": ASSET,
    "post_thread/asset_older_type_name": ASSET,
    "post_thread/dashboard": ASSET,
    "post_thread/legacy_metric_id": ASSET,
    "post_thread/threads_route": ASSET,
    "post_thread/post_thread_route": ASSET,
    "post_thread/request_id": ASSET,
    "post_thread/asset_and_prompt": PROMPT,
    "post_thread/legacy_dashboard_id": PROMPT,
    "post_thread/prompt": PROMPT,
    "post_thread/follow_up": NEXT,
    "post_thread/replace": REPLACED,
    "post_thread/stop": STOP,
    "post_thread/stop_thread_route": STOP,
    "post_thread/get": Expected(requesting=("getChat",), written=(CHARGED,)),
    "post_thread/list_chats": answered("getChatsList"),
    "post_thread/update_chat": answered(
        "updateChat", f"updated {ANSWERED} CHAT", f"put {ANSWERED} ROLE#{ADA.lower()}"
    ),
    "post_thread/delete_chats": answered("deleteChat", f"updated {ANSWERED} CHAT"),
    "post_thread/duplicate_chat": answered("duplicateChat", "put CHAT#* CHAT", "put CHAT#* MSG#0000000001"),
    "post_thread/share_chat": answered(
        "updateChat",
        f"updated {ANSWERED} CHAT",
        f"put {ANSWERED} ROLE#org#0a900000-0000-4000-8000-000000000001",
    ),
    "post_thread/unsubscribe": answered("unsubscribe"),
    "post_thread/search_chats": answered("searchChats"),
    "post_thread/update_message": answered(
        "updateMessage", f"put {ANSWERED} FEEDBACK#0000000001#*", f"updated {ANSWERED} MSG#0000000001"
    ),
    "post_thread/metrics_list": answered("getMetricList", contains="next_cursor"),
    "post_thread/dashboards_list": answered("getDashboardsList", contains="West Coast"),
    "post_thread/reports_list": answered("getReportsList", contains="Iowa turns to renewables"),
    "post_thread/metrics_get": Expected(
        requesting=("updateMetricState", "fetchingData"), written=(CHARGED,), contains="net_generation"
    ),
    "post_thread/dashboards_get": answered("getDashboardState", contains="columnSizes"),
    "post_thread/reports_get": answered("getReportState", contains="content"),
    "post_thread/search": answered("search", contains="Iowa"),
    "post_thread/usage_get": answered("getUsage", contains="renews_at"),
    "post_thread/invalid_not_json": invalid("error", "not JSON"),
    "post_thread/invalid_empty": invalid("error", "not JSON"),
    "post_thread/invalid_not_an_object": invalid("error", "must be a JSON object"),
    "post_thread/invalid_no_route": invalid("error", "route must be provided"),
    "post_thread/invalid_unknown_route": invalid("error", "Unknown route"),
    "post_thread/invalid_no_payload": invalid("postThread", "payload must be an object"),
    "post_thread/invalid_request_id_too_long": invalid("postThread", "at most 64 characters"),
    "post_thread/invalid_prompt_not_text": invalid("postThread", "prompt must be a string"),
    "post_thread/invalid_prompt_too_long": invalid("postThread", "at most 20,000 characters"),
    "post_thread/invalid_malformed_chat_id": invalid("postThread", "chat_id must be a UUID"),
    "post_thread/invalid_malformed_message_id": invalid("postThread", "message_id must be a UUID"),
    "post_thread/invalid_malformed_asset_id": invalid("postThread", "asset_id must be a UUID"),
    "post_thread/invalid_malformed_metric_id": invalid("postThread", "metric_id must be a UUID"),
    "post_thread/invalid_malformed_dashboard_id": invalid("postThread", "dashboard_id must be a UUID"),
    "post_thread/invalid_unknown_asset_type": invalid("postThread", "asset_type must be one of"),
    "post_thread/invalid_asset_type_that_starts_no_chat": invalid("postThread", "'collection' yet"),
    "post_thread/invalid_asset_without_type": invalid("postThread", "asset_type must be provided"),
    "post_thread/invalid_type_without_asset": invalid("postThread", "asset_id must be provided"),
    "post_thread/invalid_metric_and_dashboard": invalid("postThread", "cannot be combined"),
    "post_thread/invalid_chat_and_asset": invalid("postThread", "cannot be combined"),
    "post_thread/invalid_neither_prompt_nor_asset": invalid("postThread", "prompt must be provided"),
    "post_thread/invalid_stop_without_message": invalid("stopThread", "message_id must be provided"),
    "post_thread/invalid_get_without_id": invalid("getChat", "id must be provided"),
    "post_thread/invalid_chats_page_size": invalid("getChatsList", "from 1 to 100"),
    "post_thread/invalid_chats_cursor": invalid("getChatsList", "next_cursor"),
    "post_thread/invalid_public_access": invalid("updateChat", "publicly_accessible cannot be true"),
    "post_thread/invalid_update_of_nothing": invalid("updateChat", "title or is_favorited"),
    "post_thread/invalid_delete_without_list": invalid("deleteChat", "payload must be a list"),
    "post_thread/invalid_search_for_nothing": invalid("searchChats", "query must be provided"),
    "post_thread/invalid_feedback": invalid("updateMessage", "feedback must be one of"),
    "post_thread/invalid_page_size": invalid("getMetricList", "page_size must be a whole number"),
    "post_thread/invalid_metric_without_id": invalid("updateMetricState", "id must be provided"),
    "post_thread/invalid_malformed_report_id": invalid("getReportState", "id must be a UUID"),
    "post_thread/invalid_search_without_query": invalid("search", "query must be provided"),
    "run_turn/handoff": Expected(None, CONTINUED, CAUGHT_UP, ended(WAITING)),
    # A connection in doubt is posted to only after an earlier post can no longer arrive.
    "run_turn/handoff_in_doubt": Expected(None, CAUGHT_UP, CAUGHT_UP, ended(WAITING)),
    "run_turn/not_a_handoff": UNKNOWN_EVENT,
    "turn_failed/timed_out": Expected(None, CLOSED, CLOSED, ended(ABANDONED)),
    "turn_failed/crashed": Expected(None, CLOSED, CLOSED, ended(ABANDONED)),
    "turn_failed/never_run": Expected(None, CLOSED[::2], CLOSED[::2], ended(WAITING)),
    "turn_failed/not_a_record": UNKNOWN_EVENT,
    "sweep_turns/every_minute": Expected(None, CLOSED, CLOSED, ended(ABANDONED)),
    "sweep_turns/not_a_schedule": UNKNOWN_EVENT,
}


def check(expected: Expected, outcome: Outcome, effects: Effects) -> None:
    """Assert that an event had its expected result, frames and writes, and no others."""
    status = outcome.result.get("statusCode") if isinstance(outcome.result, dict) else None
    assert (status, (outcome.error or {}).get("errorMessage")) == (expected.status, expected.error)
    for connection, events in ((CONNECTION, expected.requesting), (OTHER_CONNECTION, expected.other)):
        received = _without_repeats(effects.frames.get(connection, []))
        assert _matches(received, events), f"{connection} received {received}"
    written = [f"{change.kind} {' '.join(change.key)}" for change in effects.changes]
    assert len(written) == len(expected.written), written
    for found in written:
        assert any(fnmatchcase(found, pattern) for pattern in expected.written), found
    assert expected.contains in f"{outcome.result} {effects.frames}"


def _without_repeats(frames: list[Frame]) -> list[str]:
    events = [str(frame["event"]) for frame in frames]
    return [event for at, event in enumerate(events) if at == 0 or events[at - 1] != event]


def _matches(received: list[str], expected: Events) -> bool:
    if ... not in expected:
        return received == list(expected)
    at = expected.index(...)
    head, tail = list(expected[:at]), list(expected[at + 1 :])
    long_enough = len(received) >= len(head) + len(tail)
    return long_enough and received[:at] == head and received[len(received) - len(tail) :] == tail
