"""Standard input as a queue of lines."""

import os

from tests.client.scripted_server import run
from threadcast_client.terminal_chat.stdio import read_lines


def test_lines_are_complete_and_the_end_is_none() -> None:
    async def test() -> None:
        reading, writing = os.pipe()
        lines = read_lines(reading)
        os.write(writing, b"Wh")
        os.write(writing, "y? é\n\nlast".encode())
        os.close(writing)

        assert [await lines.get() for _ in range(4)] == ["Why? é", "", "last", None]
        os.close(reading)

    run(test())


def test_a_closed_terminal_is_the_end_of_the_input() -> None:
    async def test() -> None:
        screen, keyboard = os.openpty()
        lines = read_lines(keyboard)
        os.write(screen, b"Why?\n")

        assert await lines.get() == "Why?"
        os.close(screen)
        assert await lines.get() is None
        os.close(keyboard)

    run(test())
