"""The typed requests, each against a scripted server: what is sent, and what the answer becomes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Any, TypeAlias, get_args, get_type_hints

import pytest

from tests.client import sample_frames as s
from tests.client.scripted_server import ServerEnd, run, running_server
from threadcast_client import (
    BadRequest,
    Conflict,
    Connection,
    InternalServerError,
    MetricWithRows,
    NotFound,
    TooManyRequests,
    TurnFailed,
    Unauthorized,
)
from threadcast_client.protocol.generated_types import Request

Call: TypeAlias = Callable[[Connection], Awaitable[Any] | AsyncIterator[Any]]
Frame: TypeAlias = dict[str, Any]

CHAT, MESSAGE = s.CHAT_ID, s.MESSAGE_ID
METADATA = {"column_count": 1, "row_count": 3, "column_metadata": None}


def page(event: str, *items: Any, next_cursor: str | None = None) -> Frame:
    """Return a page of a list."""
    return s.frame(event, list(items), next_cursor=next_cursor)


def rows(offset: int, *values: int, **other: Any) -> Frame:
    """Return a frame of a metric's rows."""
    fields = {"progress": "in_progress", "has_more_records": False, "data_metadata": METADATA, **other}
    return s.frame("fetchingData", {"offset": offset, "data": [{"n": value} for value in values], **fields})


def exchange(call: Call, *answers: list[Frame]) -> tuple[list[Frame], Any]:
    """Return the requests that a call sends, without their ids, and its result, given these answers."""
    requests: list[Frame] = []
    results: list[Any] = []

    async def script(server: ServerEnd) -> None:
        for frames in answers:
            request = await server.receive_request()
            requests.append({key: value for key, value in request.items() if key != "request_id"})
            await server.send(*frames, in_reply_to=request)
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            result = call(connection)
            items = [each async for each in result] if isinstance(result, AsyncIterator) else await result
            results.append(items)

    run(test())
    return requests, results[0]


async def post(connection: Connection) -> Any:
    """Post a question and return the chat at the end of its turn."""
    return await (await connection.post("Why?")).result()


CASES: list[tuple[str, Call, Any, Frame, Any]] = [
    ("/chats/post", post, {"prompt": "Why?"}, s.complete(), s.chat()),
    ("/chats/get", lambda c: c.get(CHAT), {"id": CHAT}, s.frame("getChat", s.chat()), s.chat()),
    (
        "/chats/stop",
        lambda c: c.stop(CHAT, MESSAGE),
        {"id": CHAT, "message_id": MESSAGE},
        s.frame("stopThread", {"id": CHAT, "message_id": MESSAGE, "stopped": True}),
        True,
    ),
    ("/chats/list", lambda c: c.chats.list(page_size=9), {"page_size": 9}, page("getChatsList", 1), [1]),
    (
        "/chats/search",
        lambda c: c.chats.search("rain"),
        {"query": "rain"},
        page("searchChats", {"id": CHAT}),
        [{"id": CHAT}],
    ),
    (
        "/chats/update",
        lambda c: c.chats.update(CHAT, title="Rain", is_favorited=False),
        {"id": CHAT, "title": "Rain", "is_favorited": False},
        s.frame("updateChat", s.chat(title="Rain")),
        s.chat(title="Rain"),
    ),
    (
        "/chats/delete",
        lambda c: c.chats.delete(CHAT, s.OTHER_ID),
        [{"id": CHAT}, {"id": s.OTHER_ID}],
        s.frame("deleteChat", [{"id": CHAT}, {"id": s.OTHER_ID}]),
        [CHAT, s.OTHER_ID],
    ),
    (
        "/chats/duplicate",
        lambda c: c.chats.duplicate(CHAT, message_id=MESSAGE),
        {"id": CHAT, "message_id": MESSAGE},
        s.frame("duplicateChat", s.chat()),
        s.chat(),
    ),
    (
        "/chats/unsubscribe",
        lambda c: c.chats.unsubscribe(CHAT),
        {"id": CHAT},
        s.frame("unsubscribe", [{"id": CHAT}]),
        None,
    ),
    (
        "/chats/share",
        lambda c: c.chats.share(
            CHAT, {"bo@x.org": "can_edit"}, remove=["al@x.org"], workspace_sharing="none"
        ),
        {
            "id": CHAT,
            "users": [{"email": "bo@x.org", "role": "can_edit"}],
            "remove": ["al@x.org"],
            "workspace_sharing": "none",
        },
        s.frame("updateChat", {**s.chat(), "not_found": ["bo@x.org"]}),
        {**s.chat(), "not_found": ["bo@x.org"]},
    ),
    (
        "/messages/update",
        lambda c: c.chats.rate(CHAT, MESSAGE, None),
        {"id": MESSAGE, "chat_id": CHAT, "feedback": None},
        s.frame("updateMessage", s.message()),
        s.message(),
    ),
    ("/metrics/list", lambda c: c.assets.metrics(), {}, page("getMetricList", 1, 2), [1, 2]),
    ("/dashboards/list", lambda c: c.assets.dashboards(), {}, page("getDashboardsList"), []),
    ("/reports/list", lambda c: c.assets.reports(page_size=1), {"page_size": 1}, page("getReportsList"), []),
    (
        "/dashboards/get",
        lambda c: c.assets.dashboard("d"),
        {"id": "d"},
        s.frame("getDashboardState", {"metrics": []}),
        {"metrics": []},
    ),
    (
        "/reports/get",
        lambda c: c.assets.report("r"),
        {"id": "r"},
        s.frame("getReportState", {"id": "r"}),
        {"id": "r"},
    ),
    (
        "/search",
        lambda c: c.assets.search("rain", types=["metric"], num_results=3),
        {"query": "rain", "num_results": 3, "exclude_dashboards": True, "exclude_reports": True},
        s.frame("search", [{"id": "m"}]),
        [{"id": "m"}],
    ),
    ("/usage/get", lambda c: c.usage.get(), {}, s.frame("getUsage", {"tokens": 5}), {"tokens": 5}),
]


@pytest.mark.parametrize(("route", "call", "payload", "answer", "result"), CASES, ids=[c[0] for c in CASES])
def test_a_request_sends_its_payload_and_returns_the_payload_of_its_answer(
    route: str, call: Call, payload: Any, answer: Frame, result: Any
) -> None:
    requests, returned = exchange(call, [answer])

    assert requests == [{"route": route, "payload": payload}]
    assert returned == result


def test_every_route_has_a_typed_request() -> None:
    main_names = {get_args(get_type_hints(request)["route"])[0] for request in get_args(Request)}

    assert {case[0] for case in CASES} | {"/metrics/get"} == main_names


def test_a_list_requests_its_pages_by_cursor_until_the_last() -> None:
    pages = [page("getChatsList", 1, 2, next_cursor="a"), page("getChatsList", next_cursor="b")]

    requests, items = exchange(
        lambda c: c.chats.list(page_size=2), *[[each] for each in (*pages, page("getChatsList", 3))]
    )

    assert [each["payload"] for each in requests] == [
        {"page_size": 2},
        {"page_size": 2, "cursor": "a"},
        {"page_size": 2, "cursor": "b"},
    ]
    assert items == [1, 2, 3]


def test_a_list_requests_no_page_before_its_items_are_needed() -> None:
    async def first(connection: Connection) -> Any:
        return await anext(connection.chats.list())

    requests, item = exchange(first, [page("getChatsList", 1, next_cursor="a")])

    assert (len(requests), item) == (1, 1)


def test_the_frames_of_a_metric_become_one_result_though_one_came_twice() -> None:
    last = rows(2, 3, progress="completed", has_more_records=True)
    frames = [s.frame("updateMetricState", {"id": "m"}), rows(0, 1, 2), rows(0, 1, 2), last]

    requests, metric = exchange(lambda c: c.assets.metric("m"), frames)

    assert requests == [{"route": "/metrics/get", "payload": {"id": "m"}}]
    assert isinstance(metric, MetricWithRows)
    assert asdict(metric) == {
        "metric": {"id": "m"},
        "rows": [{"n": 1}, {"n": 2}, {"n": 3}],
        "data_metadata": METADATA,
        "has_more_records": True,
    }


def test_a_copy_that_is_requested_again_keeps_its_request_id() -> None:
    sent: list[Frame] = []

    async def script(server: ServerEnd) -> None:
        sent.append(await server.receive_request())
        await server.send(s.frame("duplicateChat", s.chat()), in_reply_to=sent[0])
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(script) as url, Connection(url) as connection:
            await connection.chats.duplicate(CHAT, request_id="r-1")

    run(test())
    assert sent[0]["request_id"] == "r-1"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("BAD_REQUEST", BadRequest),
        ("UNAUTHORIZED", Unauthorized),
        ("NOT_FOUND", NotFound),
        ("CONFLICT", Conflict),
        ("TOO_MANY_REQUESTS", TooManyRequests),
        ("INTERNAL_SERVER_ERROR", InternalServerError),
        ("OF_A_LATER_VERSION", TurnFailed),
    ],
)
def test_a_refused_request_raises_the_class_of_its_code(code: str, kind: type[TurnFailed]) -> None:
    with pytest.raises(kind) as refused:
        exchange(lambda c: c.usage.get(), [{**s.error_frame(code), "event": "getUsage"}])

    assert (type(refused.value), refused.value.code) == (kind, code)


def test_a_refusal_by_a_quota_or_a_budget_says_when_to_send_again() -> None:
    budget = {"tokens_left": 0, "cost_usd_left": None, "renews_at": s.TIME}
    frame = s.error_frame("TOO_MANY_REQUESTS", retry_after_s=2.5, budget=budget)

    with pytest.raises(TooManyRequests) as refused:
        exchange(lambda c: c.usage.get(), [{**frame, "event": "getUsage"}])

    assert (refused.value.retry_after_s, refused.value.budget) == (2.5, budget)


def test_a_metric_that_is_refused_while_its_rows_arrive_raises_the_refusal() -> None:
    refusal = {**s.error_frame("NOT_FOUND"), "event": "updateMetricState"}

    with pytest.raises(NotFound):
        exchange(lambda c: c.assets.metric("m"), [s.frame("updateMetricState", {"id": "m"}), refusal])
