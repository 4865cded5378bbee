"""The terminal chat: input lines and their output, against a scripted server."""

import asyncio
import io
from contextlib import suppress
from typing import Any

import pytest
from rich.console import Console
from websockets.exceptions import ConnectionClosed

from tests.client import sample_frames as s
from tests.client.scripted_server import COMPLETE, HELLO, ServerEnd, answering, run, running_server
from threadcast_client.connection import Connection
from threadcast_client.terminal_chat.chat import HELP, TerminalChat
from threadcast_client.terminal_chat.rate_limit_retry import RateLimitRetry


async def output_of(url: str, *typed: str | None, first: str | None = None, **console: Any) -> str:
    """Return the output after these input lines."""
    output = io.StringIO()
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    for line in typed:
        lines.put_nowait(line)
    async with Connection(url) as connection:
        await TerminalChat(connection, Console(file=output, width=100, **console), lines).run(first)
    return output.getvalue()


def test_questions_continue_the_chat_until_another_is_started() -> None:
    requests: list[dict[str, Any]] = []

    async def test() -> None:
        async with running_server(answering(requests)) as url:
            await output_of(url, "Why?", "And then?", "/new", "  Else?  ", "", "/quit", "never read")

    run(test())
    assert requests == [
        {"route": "/chats/post", "prompt": "Why?", "chat_id": None},
        {"route": "/chats/post", "prompt": "And then?", "chat_id": s.CHAT_ID},
        {"route": "/chats/post", "prompt": "Else?", "chat_id": None},
    ]


def test_an_asset_starts_a_chat_with_or_without_a_question() -> None:
    requests: list[dict[str, Any]] = []

    async def test() -> None:
        async with running_server(answering(requests)) as url:
            await output_of(url, f"/asset dashboard_file {s.ASSET_ID} Why so?", None, first="/asset metric 7")

    run(test())
    assert requests == [
        {"route": "/chats/post", "asset_id": "7", "asset_type": "metric_file"},
        {"route": "/chats/post", "asset_id": s.ASSET_ID, "asset_type": "dashboard_file", "prompt": "Why so?"},
    ]


def test_get_shows_the_whole_chat_again() -> None:
    async def test() -> None:
        async with running_server(answering([])) as url:
            text = await output_of(url, "Why?", "/get", None)

        assert text == "> Why?\n\nHello\n> Why?\n\nHello\n"

    run(test())


def test_a_terminal_gets_a_prompt_and_no_repeated_question() -> None:
    async def test() -> None:
        async with running_server(answering([])) as url:
            text = await output_of(url, "Why?", None, force_terminal=True, color_system=None)

        assert text == "\n> Hello\n\n> "

    run(test())


@pytest.mark.parametrize(
    ("line", "usage"),
    [
        ("/help", HELP),
        ("/what", HELP),
        (
            "/asset metric",
            "Usage: /asset TYPE ID [QUESTION]; TYPE is one of metric, dashboard, report.",
        ),
        ("/get", "There is no chat yet: ask a question, or start with /asset."),
    ],
)
def test_an_invalid_command_shows_its_usage(line: str, usage: str) -> None:
    async def test() -> None:
        async with running_server(answering([])) as url:
            assert await output_of(url, line, None) == usage + "\n"

    run(test())


def test_an_error_is_shown_and_the_chat_continues() -> None:
    async def refuse(server: ServerEnd) -> None:
        await server.send(
            s.error_frame("NOT_FOUND", "Asset not found"), in_reply_to=await server.receive_request()
        )
        await server.send(COMPLETE, in_reply_to=await server.receive_request())
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(refuse) as url:
            text = await output_of(url, "/asset metric 7", "Why?", None)

        assert text == "✗ Asset not found\n\n> Why?\n\nHello\n"

    run(test())


RATE_LIMITED = s.error_frame("TOO_MANY_REQUESTS", "You are asking too fast", retry_after_s=2.5)


async def refuse_twice(server: ServerEnd) -> None:
    """Refuse the first two requests because of the rate limit, answer the third."""
    for frame in (RATE_LIMITED, RATE_LIMITED, COMPLETE):
        await server.send(frame, in_reply_to=await server.receive_request())
    await server.socket.wait_closed()


def test_a_rate_limited_request_is_retried_after_the_delay_of_the_error() -> None:
    calls: list[Any] = []

    async def sleep(delay_s: float) -> None:
        calls.append(delay_s)

    async def test() -> None:
        output, lines = io.StringIO(), asyncio.Queue[str | None]()
        lines.put_nowait(None)
        async with running_server(refuse_twice) as url, Connection(url) as connection:
            chat = TerminalChat(
                connection, Console(file=output), lines, RateLimitRetry(3, calls.append, sleep)
            )
            await chat.run("Why?")

        report = "Too many requests; retrying in 2.5 s …"
        assert calls == [report, 2.5, report, 2.5]
        assert (output.getvalue(), chat.failures) == ("> Why?\n\nHello\n", 0)

    run(test())


@pytest.mark.parametrize("max_attempts", [1, 2])
def test_after_the_last_attempt_the_error_is_shown_and_counted(max_attempts: int) -> None:
    async def sleep(_delay_s: float) -> None:
        return

    async def test() -> None:
        output, lines = io.StringIO(), asyncio.Queue[str | None]()
        lines.put_nowait(None)
        async with running_server(refuse_twice) as url, Connection(url) as connection:
            retry = RateLimitRetry(max_attempts, sleep=sleep)
            chat = TerminalChat(connection, Console(file=output), lines, retry)
            await chat.run("Why?")

        assert output.getvalue() == "✗ You are asking too fast. Try again in 2.5 s.\n"
        assert chat.failures == 1

    run(test())


async def answer_until_stopped(server: ServerEnd) -> None:
    """Start an answer, wait for the stop, and send the terminal frame."""
    request = await server.receive_request()
    await server.send(s.initialize_chat(), s.response_frame(s.text(chunk="Hel")), in_reply_to=request)
    stop = await server.receive_request()
    assert stop["route"] == "/chats/stop"
    await server.send(s.frame("stopThread", {**stop["payload"], "stopped": True}), in_reply_to=stop)
    await server.send(
        s.response_frame(s.text("Hel")), s.complete(s.message(s.text("Hel"))), in_reply_to=request
    )
    await server.socket.wait_closed()


@pytest.mark.parametrize("by_signal", [True, False])
def test_an_answer_is_stopped_by_command_or_by_ctrl_c(*, by_signal: bool) -> None:
    async def test() -> None:
        output, lines = io.StringIO(), asyncio.Queue[str | None]()
        async with running_server(answer_until_stopped) as url, Connection(url) as connection:
            chat = TerminalChat(connection, Console(file=output), lines)
            running = asyncio.create_task(chat.run("Why?"))
            await connection.frame(lambda frame: frame["event"] == "generatingResponseMessage")
            if by_signal:
                chat.interrupt()
            else:
                lines.put_nowait("/stop")
            lines.put_nowait(None)
            await running

        assert output.getvalue() == "> Why?\n\nHel\n"

    run(test())


def test_ctrl_c_quits_if_no_answer_is_running_or_on_the_second_call() -> None:
    async def test() -> None:
        lines = asyncio.Queue[str | None]()
        async with running_server(never_complete) as url, Connection(url) as connection:
            chat = TerminalChat(connection, Console(file=io.StringIO()), lines)
            chat.interrupt()
            await chat.run()
            running = asyncio.create_task(chat.run("Why?"))
            await connection.frame(lambda frame: frame["event"] == "initializeChat")
            chat.interrupt()
            chat.interrupt()
            await running

    run(test())


async def never_complete(server: ServerEnd) -> None:
    """Start an answer, reply to the stop, and send nothing more."""
    await server.send(s.initialize_chat(), in_reply_to=await server.receive_request())
    with suppress(ConnectionClosed):
        stop = await server.receive_request()
        await server.send(s.frame("stopThread", {**stop["payload"], "stopped": False}), in_reply_to=stop)
        await server.socket.wait_closed()


def test_a_stop_without_a_running_answer_is_reported() -> None:
    async def test() -> None:
        async with running_server(answering([])) as url:
            assert await output_of(url, "/stop", None) == "No answer is running.\n"

    run(test())


def test_a_refused_stop_shows_its_error() -> None:
    async def refuse(server: ServerEnd) -> None:
        request = await server.receive_request()
        await server.send(s.initialize_chat(), in_reply_to=request)
        await server.send(
            s.error_frame("UNAUTHORIZED", "Not yours."), in_reply_to=await server.receive_request()
        )
        await server.send(COMPLETE, in_reply_to=request)
        await server.socket.wait_closed()

    async def test() -> None:
        output, lines = io.StringIO(), asyncio.Queue[str | None]()
        async with running_server(refuse) as url, Connection(url) as connection:
            running = asyncio.create_task(TerminalChat(connection, Console(file=output), lines).run("Why?"))
            await connection.frame(lambda frame: frame["event"] == "initializeChat")
            lines.put_nowait("/stop")
            lines.put_nowait(None)
            await running

        assert "✗ UNAUTHORIZED: Not yours.\n" in output.getvalue()

    run(test())


def test_a_connection_lost_during_an_answer_is_resumed() -> None:
    async def close_mid_answer(server: ServerEnd) -> None:
        await server.send(
            s.initialize_chat(),
            s.response_frame(s.text(chunk="Hel")),
            in_reply_to=await server.receive_request(),
        )
        await server.socket.close(1001, "Going away")

    async def answer_get(server: ServerEnd) -> None:
        await server.send(s.frame("getChat", s.chat(HELLO)), in_reply_to=await server.receive_request())
        await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(close_mid_answer, answer_get) as url:
            text = await output_of(url, "Why?", None)

        assert text == (
            "> Why?\n\nHel\n\n✗ the connection is closed (1001): Going away. Reconnecting …\n\nlo\n"
        )

    run(test())


def test_a_connection_closed_between_two_questions_is_reopened() -> None:
    async def test() -> None:
        output, lines = io.StringIO(), asyncio.Queue[str | None]()
        async with running_server(close_at_once, answering([])) as url, Connection(url) as connection:
            with pytest.raises(Exception, match="1001"):
                await connection.frame(lambda _: False)
            lines.put_nowait(None)
            await TerminalChat(connection, Console(file=output), lines).run("Why?")

        assert output.getvalue() == "> Why?\n\nHello\n"

    run(test())


async def close_at_once(server: ServerEnd) -> None:
    """Close the connection as API Gateway closes an idle one."""
    await server.socket.close(1001, "Going away")


def test_a_server_that_is_gone_is_reported() -> None:
    async def test() -> None:
        output, lines = io.StringIO(), asyncio.Queue[str | None]()
        async with running_server(close_at_once) as url, Connection(url) as connection:
            with pytest.raises(Exception, match="1001"):
                await connection.frame(lambda _: False)
        lines.put_nowait(None)
        await TerminalChat(connection, Console(file=output), lines).run("Why?")

        assert output.getvalue().startswith("✗ no connection: no server listens at 127.0.0.1:")

    run(test())
