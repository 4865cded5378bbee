"""Turns that other connections of the user have started, in the terminal chat."""

import asyncio
import io
import json
from typing import Any, Final

from rich.console import Console

from tests.client import sample_frames as s
from tests.client.scripted_server import COMPLETE, Script, ServerEnd, run, running_server
from threadcast_client.connection import Connection
from threadcast_client.terminal_chat.chat import TerminalChat

Frame = dict[str, Any]

OTHER: Final = {"request_id": "of another connection"}
LAST: Final = {**s.frame("stopThread", {"stopped": True}), **OTHER}
"""Ends a test once it has arrived; it is of no turn."""


def elsewhere(*frames: Frame) -> list[Frame]:
    """Return the frames as those of a turn that another connection has started."""
    return [{**frame, **OTHER} for frame in frames]


def turn_elsewhere(*, title: str = "Rain") -> list[Frame]:
    """Return the frames of a turn in two chunks of one line each."""
    frames = (
        s.initialize_chat(s.message(question="And?"), title=title),
        s.response_frame(s.text(chunk="One\n")),
        s.response_frame(s.text(chunk="Two\n")),
        s.complete(s.message(s.text("One\nTwo\n"), question="And?"), title=title),
    )
    return elsewhere(*frames)


def watched(script: Script, *typed: str, as_json: bool = False, **console: Any) -> str:
    """Return the output of a chat that shows other turns, ended when `LAST` has arrived."""
    output = io.StringIO()

    async def test() -> None:
        lines = asyncio.Queue[str | None]()
        async with running_server(script) as url, Connection(url) as connection:
            shown = Console(file=output, width=100, **console)
            chat = TerminalChat(connection, shown, lines, as_json=as_json, shows_other_turns=True)
            running = asyncio.create_task(chat.run())
            for line in typed:
                lines.put_nowait(line)
            await connection.frame(lambda frame: frame == LAST)
            lines.put_nowait(None)
            await running

    run(test())
    return output.getvalue()


def sending(*frames: Frame) -> Script:
    """Return a script that sends frames at once."""

    async def script(server: ServerEnd) -> None:
        await server.send(*frames, LAST)
        await server.socket.wait_closed()

    return script


SHOWN_ELSEWHERE = "── From another connection ──\n── Rain ──\n\n> And?\n\nOne\nTwo\n\n"


def test_a_turn_of_another_connection_is_shown_under_a_heading() -> None:
    assert watched(sending(*turn_elsewhere())) == SHOWN_ELSEWHERE


def test_the_heading_names_who_asked() -> None:
    first, *rest = turn_elsewhere()

    text = watched(sending({**first, "sent_by": {"id": "u-1", "name": "Ann"}}, *rest))

    assert text == SHOWN_ELSEWHERE.replace("connection", "connection of Ann")


def test_a_turn_of_another_connection_is_written_above_the_prompt() -> None:
    text = watched(sending(*turn_elsewhere()), force_terminal=True, color_system=None)

    erased = "\r\x1b[2K"
    written = [piece.removesuffix("> ") for piece in text.split(erased)]
    assert written[0] == "\n"
    assert all(piece.endswith("\n") for piece in written)
    assert "".join(written[1:]) == SHOWN_ELSEWHERE
    assert text.endswith("\n> ")


def test_a_turn_of_another_connection_has_the_styles_of_the_terminal() -> None:
    text = watched(sending(*turn_elsewhere()), force_terminal=True, color_system="standard")

    assert "\x1b[1m── From another connection" in text


def test_a_terminal_frame_that_is_repeated_is_not_shown_again() -> None:
    frames = turn_elsewhere()

    assert watched(sending(*frames, frames[-1])).count("Two") == 1


def test_a_failed_turn_of_another_connection_shows_its_error() -> None:
    failure = s.error_frame("INTERNAL_SERVER_ERROR", "Sorry.", chat_id=s.CHAT_ID, message_id=s.MESSAGE_ID)
    frames = elsewhere(s.initialize_chat(title="Rain"), failure)

    text = watched(sending(*frames))

    assert text == "── From another connection ──\n── Rain ──\n\n> Why?\n\n✗ Sorry.\n\n"


def test_another_turn_waits_until_the_own_answer_has_ended() -> None:
    async def script(server: ServerEnd) -> None:
        request = await server.receive_request()
        first, *rest = turn_elsewhere()
        await server.send(s.initialize_chat(), s.response_frame(s.text(chunk="Hel")), in_reply_to=request)
        await server.send(first)
        await server.send(COMPLETE, in_reply_to=request)
        await server.send(*rest, LAST)
        await server.socket.wait_closed()

    assert watched(script, "Why?") == "> Why?\n\nHello\n" + SHOWN_ELSEWHERE


def test_headings_with_titles_separate_two_other_turns() -> None:
    first = turn_elsewhere()
    second = json.loads(
        json.dumps(turn_elsewhere(title="Wind")).replace(s.CHAT_ID, "c2").replace(s.MESSAGE_ID, "a2")
    )
    mixed = [first[0], second[0], first[1], second[1], *first[2:], *second[2:]]

    text = watched(sending(*mixed))

    assert [line for line in text.splitlines() if line.startswith("── From")] == [
        "── From another connection ──",
        "── From another connection ──",
        "── From another connection: Rain ──",
        "── From another connection: Wind ──",
        "── From another connection: Rain ──",
        "── From another connection: Wind ──",
    ]


def test_own_turns_are_not_those_of_another_connection() -> None:
    async def script(server: ServerEnd) -> None:
        await server.send(COMPLETE, in_reply_to=await server.receive_request())
        await server.send(*turn_elsewhere(), LAST)
        await server.socket.wait_closed()

    text = watched(script, "Why?")

    assert text == "> Why?\n\nHello\n" + SHOWN_ELSEWHERE


def test_with_json_the_frames_of_other_turns_are_lines_too() -> None:
    text = watched(sending(*turn_elsewhere()), as_json=True)

    assert [json.loads(line) for line in text.splitlines()] == turn_elsewhere()
