"""The command `threadcast-chat`: scripts, exit codes and error messages."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.client import sample_frames as s
from tests.client.scripted_server import COMPLETE, ServerEnd, answering, run, running_server
from threadcast_client.__main__ import main
from threadcast_client.terminal_chat.chat import HELP

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONIOENCODING": "utf-8"}


async def run_command(*arguments: str, typed: str = "") -> tuple[int | None, str]:
    """Run `threadcast-chat` and return its exit code and its output."""
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
    requests: list[dict[str, Any]] = []

    async def test() -> None:
        async with running_server(answering(requests)) as url:
            result = await run_command("--url", url, "--asset", "metric", s.ASSET_ID, typed="And?\n/quit\n")

        assert result == (0, "> Why?\n\nHello\n")
        assert [each.get("prompt") for each in requests] == [None, "And?"]

    run(test())


@pytest.mark.parametrize(
    ("frame", "typed", "exit_code"),
    [
        (COMPLETE, "Why?\n", 0),
        (s.error_frame("NOT_FOUND", "Asset not found"), "Why?\n", 1),
        (s.gateway_frame(), "Why?\n", 1),
        (COMPLETE, "/asset metric\n", 1),
        (COMPLETE, "/help\n", 0),
    ],
)
def test_a_script_with_a_failed_line_exits_with_1(frame: dict[str, Any], typed: str, exit_code: int) -> None:
    async def answer_once(server: ServerEnd) -> None:
        with suppress(ConnectionClosed):
            await server.send(frame, in_reply_to=await server.receive_request())
            await server.socket.wait_closed()

    async def test() -> None:
        async with running_server(answer_once) as url:
            assert (await run_command("--url", url, typed=typed))[0] == exit_code

    run(test())


def test_a_script_whose_asset_is_refused_sends_no_further_request() -> None:
    prompts: list[str | None] = []

    async def refuse(server: ServerEnd) -> None:
        with suppress(ConnectionClosed):
            while True:
                request = await server.receive_request()
                prompts.append(request["payload"].get("prompt"))
                await server.send(s.error_frame("NOT_FOUND", "Asset not found"), in_reply_to=request)

    async def test() -> None:
        async with running_server(refuse) as url:
            result = await run_command("--url", url, "--asset", "metric", s.ASSET_ID, typed="And?\n")

        assert result == (1, "✗ Asset not found\n")
        assert prompts == [None]

    run(test())


def test_a_closed_output_pipe_is_not_an_error() -> None:
    async def test() -> None:
        async with running_server(answering([])) as url:
            chat = f"{sys.executable} -m threadcast_client --url {url}"
            script = f"printf 'Why?\\nWhy?\\nWhy?\\n' | {chat} | head -1"
            process = await asyncio.create_subprocess_shell(
                script, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT
            )
            outputs = await process.communicate()

        assert outputs == (b"> Why?\n", b"")

    run(test())


@pytest.mark.parametrize(
    ("path", "token", "status", "hint"),
    [
        ("", "t", 404, "The address has no stage; it should end in one, such as /prod."),
        ("/prod", "", 401, "There is no token: pass one with --token or THREADCAST_TOKEN."),
        ("/prod", "t", 401, "Is the token meant for this endpoint, and not expired?"),
        ("/dev", "t", 403, "Is the stage /dev right?"),
        (
            "/dev",
            "t",
            429,
            "This user has as many open connections as allowed, or the server is busy: try again later.",
        ),
        ("/prod", "t", 502, ""),
    ],
)
def test_a_refused_connection_shows_its_most_likely_cause(
    path: str, token: str, status: int, hint: str
) -> None:
    http_status = HTTPStatus(status)

    async def test() -> None:
        async with running_server(refuse_with=http_status) as url:
            address = url.removesuffix("/local") + path
            result = await run_command("--url", address, "--token", token)

        reason = ". ".join(filter(None, [http_status.phrase, hint]))
        assert result == (1, f"✗ the server refused the connection ({status}): {reason}\n")

    run(test())


def test_with_json_a_failed_connection_is_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = "127.0.0.1:{1}".format(*closed.getsockname())

    exit_code = main(["--url", f"ws://{address}/local", "--json"])

    hint = "Is the endpoint running, and is this its port?"
    failure = f"no connection: no server listens at {address}. {hint}"
    assert json.loads(capsys.readouterr().out) == {"note": failure, "is_failure": True}
    assert exit_code == 1


def test_with_json_a_script_prints_a_line_of_json_for_each_frame_and_no_prompt() -> None:
    async def test() -> None:
        async with running_server(answering([])) as url:
            exit_code, output = await run_command("--url", url, "--json", typed="Why?\n/nothing\n")

        frame, usage = [json.loads(line) for line in output.splitlines()]
        assert (frame["event"], usage["note"], exit_code) == ("complete", HELP, 1)

    run(test())
