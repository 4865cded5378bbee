"""The terminal chat: its commands against a scripted server, its input, its command line."""

import asyncio
import io
import os
import subprocess
import sys
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from websockets.exceptions import ConnectionClosed

from tests.client import sample_frames as s
from tests.client.scripted_server import Script, Served, run, serving
from threadcast_client.connection import Connection
from threadcast_client.terminal_chat.chat import HELP, TerminalChat
from threadcast_client.terminal_chat.rate_limit_retry import RateLimitRetry
from threadcast_client.terminal_chat.stdio import read_lines

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONIOENCODING": "utf-8"}
HELLO = s.message(s.text("Hello"), is_completed=True)
ENDED = s.complete(HELLO)


def answering(asked: list[dict[str, Any]]) -> Script:
    """A server that answers every request at once and remembers them all."""

    async def script(served: Served) -> None:
        with suppress(ConnectionClosed):
            while True:
                request = await served.request()
                asked.append({"route": request["route"], **request["payload"]})
                event = "getChat" if request["route"] == "/chats/get" else "complete"
                await served.send({**ENDED, "event": event}, to=request)

    return script


async def chatting(url: str, *typed: str | None, first: str | None = None, **console: Any) -> str:
    """What the console holds after these lines."""
    sheet = io.StringIO()
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    for line in typed:
        lines.put_nowait(line)
    async with Connection(url) as connection:
        await TerminalChat(connection, Console(file=sheet, width=100, **console), lines).run(first)
    return sheet.getvalue()


def test_questions_go_on_in_the_chat_until_another_begins() -> None:
    asked: list[dict[str, Any]] = []

    async def test() -> None:
        async with serving(answering(asked)) as url:
            await chatting(url, "Why?", "And then?", "/new", "  Else?  ", "", "/quit", "never read")

    run(test())
    assert asked == [
        {"route": "/chats/post", "prompt": "Why?", "chat_id": None},
        {"route": "/chats/post", "prompt": "And then?", "chat_id": s.CHAT_ID},
        {"route": "/chats/post", "prompt": "Else?", "chat_id": None},
    ]


def test_an_asset_opens_a_chat_with_or_without_a_question() -> None:
    asked: list[dict[str, Any]] = []

    async def test() -> None:
        async with serving(answering(asked)) as url:
            await chatting(url, f"/asset dashboard_file {s.ASSET_ID} Why so?", None, first="/asset metric 7")

    run(test())
    assert asked == [
        {"route": "/chats/post", "asset_id": "7", "asset_type": "metric_file"},
        {"route": "/chats/post", "asset_id": s.ASSET_ID, "asset_type": "dashboard_file", "prompt": "Why so?"},
    ]


def test_the_answer_is_shown_and_get_shows_the_whole_chat_again() -> None:
    async def test() -> None:
        async with serving(answering([])) as url:
            plain = await chatting(url, "Why?", "/get", None)

        assert plain == "> Why?\n\nHello\n> Why?\n\nHello\n"

    run(test())


def test_a_person_at_a_terminal_gets_a_prompt_and_no_echo() -> None:
    async def test() -> None:
        async with serving(answering([])) as url:
            typed = await chatting(url, "Why?", None, force_terminal=True, color_system=None)

        assert typed == "\n> Hello\n\n> "

    run(test())


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/help", HELP),
        ("/what", HELP),
        (
            "/asset metric",
            "Say /asset TYPE ID, and a question if there is one; TYPE is metric, dashboard or report.",
        ),
        ("/get", "There is no chat yet: ask something, or begin with /asset."),
    ],
)
def test_a_command_that_makes_no_sense_is_answered_with_how_it_is_used(line: str, answer: str) -> None:
    async def test() -> None:
        async with serving(answering([])) as url:
            assert await chatting(url, line, None) == answer + "\n"

    run(test())


def test_a_refusal_is_shown_and_the_chat_goes_on() -> None:
    async def refuse(served: Served) -> None:
        await served.send(s.failed("NOT_FOUND", "Asset not found"), to=await served.request())
        await served.send(ENDED, to=await served.request())
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(refuse) as url:
            plain = await chatting(url, "/asset metric 7", "Why?", None)

        assert plain == "✗ Asset not found\n\n> Why?\n\nHello\n"

    run(test())


TOO_FAST = s.failed("TOO_MANY_REQUESTS", "You are asking too fast", retry_after_s=2.5)


async def too_fast_at_first(served: Served) -> None:
    """Refuse the first two requests for the moment, answer the third."""
    for frame in (TOO_FAST, TOO_FAST, ENDED):
        await served.send(frame, to=await served.request())
    await served.socket.wait_closed()


def test_a_script_waits_as_the_server_asks_and_asks_again() -> None:
    spent: list[Any] = []

    async def sleep(pause_s: float) -> None:
        spent.append(pause_s)

    async def test() -> None:
        sheet, lines = io.StringIO(), asyncio.Queue[str | None]()
        lines.put_nowait(None)
        async with serving(too_fast_at_first) as url, Connection(url) as connection:
            chat = TerminalChat(connection, Console(file=sheet), lines, RateLimitRetry(3, spent.append, sleep))
            await chat.run("Why?")

        said = "Asked too fast; asking again in 2.5 s …"
        assert spent == [said, 2.5, said, 2.5]
        assert (sheet.getvalue(), chat.failures) == ("> Why?\n\nHello\n", 0)

    run(test())


@pytest.mark.parametrize("max_tries", [1, 2])
def test_patience_ends_and_then_the_refusal_is_shown_and_counted(max_tries: int) -> None:
    async def sleep(_pause_s: float) -> None:
        return

    async def test() -> None:
        sheet, lines = io.StringIO(), asyncio.Queue[str | None]()
        lines.put_nowait(None)
        async with serving(too_fast_at_first) as url, Connection(url) as connection:
            patience = RateLimitRetry(max_tries, sleep=sleep)
            chat = TerminalChat(connection, Console(file=sheet), lines, patience)
            await chat.run("Why?")

        assert sheet.getvalue() == "✗ You are asking too fast. Try again in 2.5 s.\n"
        assert chat.failures == 1

    run(test())


async def answer_until_stopped(served: Served) -> None:
    """Begin an answer, wait for the stop, and end it as the contract says."""
    request = await served.request()
    await served.send(s.opened(), s.said(s.text(chunk="Hel")), to=request)
    stop = await served.request()
    assert stop["route"] == "/chats/stop"
    await served.send(s.frame("stopThread", {**stop["payload"], "stopped": True}), to=stop)
    await served.send(s.said(s.text("Hel")), s.complete(s.message(s.text("Hel"))), to=request)
    await served.socket.wait_closed()


@pytest.mark.parametrize("by_signal", [True, False])
def test_an_answer_is_stopped_by_command_or_by_ctrl_c(*, by_signal: bool) -> None:
    async def test() -> None:
        sheet, lines = io.StringIO(), asyncio.Queue[str | None]()
        async with serving(answer_until_stopped) as url, Connection(url) as connection:
            chat = TerminalChat(connection, Console(file=sheet), lines)
            running = asyncio.create_task(chat.run("Why?"))
            await connection.frame(lambda frame: frame["event"] == "generatingResponseMessage")
            if by_signal:
                chat.interrupt()
            else:
                lines.put_nowait("/stop")
            lines.put_nowait(None)
            await running

        assert sheet.getvalue() == "> Why?\n\nHel\n"

    run(test())


def test_ctrl_c_leaves_when_nothing_is_answered_or_at_the_second_time() -> None:
    async def test() -> None:
        lines = asyncio.Queue[str | None]()
        async with serving(never_end) as url, Connection(url) as connection:
            chat = TerminalChat(connection, Console(file=io.StringIO()), lines)
            chat.interrupt()
            await chat.run()
            running = asyncio.create_task(chat.run("Why?"))
            await connection.frame(lambda frame: frame["event"] == "initializeChat")
            chat.interrupt()
            chat.interrupt()
            await running

    run(test())


async def never_end(served: Served) -> None:
    """Begin an answer, answer the stop, and say no more."""
    await served.send(s.opened(), to=await served.request())
    with suppress(ConnectionClosed):
        stop = await served.request()
        await served.send(s.frame("stopThread", {**stop["payload"], "stopped": False}), to=stop)
        await served.socket.wait_closed()


def test_stopping_when_nothing_is_answered_says_so() -> None:
    async def test() -> None:
        async with serving(answering([])) as url:
            assert await chatting(url, "/stop", None) == "Nothing is being answered.\n"

    run(test())


def test_a_stop_that_is_refused_says_why() -> None:
    async def refuse(served: Served) -> None:
        request = await served.request()
        await served.send(s.opened(), to=request)
        await served.send(s.failed("UNAUTHORIZED", "Not yours."), to=await served.request())
        await served.send(ENDED, to=request)
        await served.socket.wait_closed()

    async def test() -> None:
        sheet, lines = io.StringIO(), asyncio.Queue[str | None]()
        async with serving(refuse) as url, Connection(url) as connection:
            running = asyncio.create_task(TerminalChat(connection, Console(file=sheet), lines).run("Why?"))
            await connection.frame(lambda frame: frame["event"] == "initializeChat")
            lines.put_nowait("/stop")
            lines.put_nowait(None)
            await running

        assert "✗ UNAUTHORIZED: Not yours.\n" in sheet.getvalue()

    run(test())


def test_a_connection_lost_in_an_answer_is_taken_up_again() -> None:
    async def vanish(served: Served) -> None:
        await served.send(s.opened(), s.said(s.text(chunk="Hel")), to=await served.request())
        await served.socket.close(1001, "Going away")

    async def look_up(served: Served) -> None:
        await served.send(s.frame("getChat", s.chat(HELLO)), to=await served.request())
        await served.socket.wait_closed()

    async def test() -> None:
        async with serving(vanish, look_up) as url:
            plain = await chatting(url, "Why?", None)

        assert plain == (
            "> Why?\n\nHel\n\n✗ the connection is gone (1001): Going away. Connecting again …\n\nlo\n"
        )

    run(test())


def test_a_connection_that_was_closed_while_thinking_is_opened_again() -> None:
    async def test() -> None:
        sheet, lines = io.StringIO(), asyncio.Queue[str | None]()
        async with serving(close_at_once, answering([])) as url, Connection(url) as connection:
            with pytest.raises(Exception, match="1001"):
                await connection.frame(lambda _: False)
            lines.put_nowait(None)
            await TerminalChat(connection, Console(file=sheet), lines).run("Why?")

        assert sheet.getvalue() == "> Why?\n\nHello\n"

    run(test())


async def close_at_once(served: Served) -> None:
    """Close as API Gateway closes an idle connection."""
    await served.socket.close(1001, "Going away")


def test_a_server_that_stays_away_is_told_and_nothing_breaks() -> None:
    async def test() -> None:
        sheet, lines = io.StringIO(), asyncio.Queue[str | None]()
        async with serving(close_at_once) as url, Connection(url) as connection:
            with pytest.raises(Exception, match="1001"):
                await connection.frame(lambda _: False)
        lines.put_nowait(None)
        await TerminalChat(connection, Console(file=sheet), lines).run("Why?")

        assert sheet.getvalue().startswith("✗ no connection: nobody listens at 127.0.0.1:")

    run(test())


def test_lines_come_whole_and_the_end_is_none() -> None:
    async def test() -> None:
        reading, writing = os.pipe()
        lines = read_lines(reading)
        os.write(writing, b"Wh")
        os.write(writing, "y? é\n\nlast".encode())
        os.close(writing)

        assert [await lines.get() for _ in range(4)] == ["Why? é", "", "last", None]
        os.close(reading)

    run(test())


def test_a_terminal_that_is_closed_is_the_end() -> None:
    async def test() -> None:
        screen, keyboard = os.openpty()
        lines = read_lines(keyboard)
        os.write(screen, b"Why?\n")

        assert await lines.get() == "Why?"
        os.close(screen)
        assert await lines.get() is None
        os.close(keyboard)

    run(test())


async def command_line(*arguments: str, typed: str = "") -> tuple[int | None, str]:
    """The exit code and the output of `threadcast-chat` with these arguments and this input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "threadcast_client",
        *arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=ENVIRONMENT,
    )
    output, _ = await process.communicate(typed.encode())
    return process.returncode, output.decode()


def test_a_script_can_be_piped_into_the_command() -> None:
    asked: list[dict[str, Any]] = []

    async def test() -> None:
        async with serving(answering(asked)) as url:
            result = await command_line("--url", url, "--asset", "metric", s.ASSET_ID, typed="And?\n/quit\n")

        assert result == (0, "> Why?\n\nHello\n")
        assert [each.get("prompt") for each in asked] == [None, "And?"]

    run(test())


@pytest.mark.parametrize(
    ("frame", "typed", "exit_code"),
    [
        (ENDED, "Why?\n", 0),
        (s.failed("NOT_FOUND", "Asset not found"), "Why?\n", 1),
        (s.gateway(), "Why?\n", 1),
        (ENDED, "/asset metric\n", 1),
        (ENDED, "/help\n", 0),
    ],
)
def test_a_script_of_which_a_line_failed_ends_with_1(
    frame: dict[str, Any], typed: str, exit_code: int
) -> None:
    async def say(served: Served) -> None:
        with suppress(ConnectionClosed):
            await served.send(frame, to=await served.request())
            await served.socket.wait_closed()

    async def test() -> None:
        async with serving(say) as url:
            assert (await command_line("--url", url, typed=typed))[0] == exit_code

    run(test())


def test_a_script_whose_asset_is_refused_asks_nothing_without_it() -> None:
    asked: list[str | None] = []

    async def refuse(served: Served) -> None:
        with suppress(ConnectionClosed):
            while True:
                request = await served.request()
                asked.append(request["payload"].get("prompt"))
                await served.send(s.failed("NOT_FOUND", "Asset not found"), to=request)

    async def test() -> None:
        async with serving(refuse) as url:
            result = await command_line("--url", url, "--asset", "metric", s.ASSET_ID, typed="And?\n")

        assert result == (1, "✗ Asset not found\n")
        assert asked == [None]

    run(test())


def test_a_reader_who_leaves_early_is_no_error() -> None:
    async def test() -> None:
        async with serving(answering([])) as url:
            chat = f"{sys.executable} -m threadcast_client --url {url}"
            script = f"printf 'Why?\\nWhy?\\nWhy?\\n' | {chat} | head -1"
            process = await asyncio.create_subprocess_shell(
                script, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT
            )
            told = await process.communicate()

        assert told == (b"> Why?\n", b"")

    run(test())


@pytest.mark.parametrize(
    ("path", "token", "status", "hint"),
    [
        ("", "t", 404, "The address names no stage; it should end in one, such as /prod."),
        ("/prod", "", 401, "There is no token: give one by --token or THREADCAST_TOKEN."),
        ("/prod", "t", 401, "Is the token this endpoint's, and not expired?"),
        ("/dev", "t", 403, "Is the stage /dev right?"),
        ("/prod", "t", 502, ""),
    ],
)
def test_who_is_not_let_in_is_told_what_is_most_likely_wrong(
    path: str, token: str, status: int, hint: str
) -> None:
    refusal = HTTPStatus(status)

    async def test() -> None:
        async with serving(refuse=refusal) as url:
            address = url.removesuffix("/local") + path
            result = await command_line("--url", address, "--token", token)

        told = ". ".join(filter(None, [refusal.phrase, hint]))
        assert result == (1, f"✗ the server refused the connection ({status}): {told}\n")

    run(test())
