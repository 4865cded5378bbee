"""`make start` and `make demo`: samples, tokens for two users, printed commands, a clean shutdown."""

import asyncio
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from demo.cli.scripted_conversation import ASSET_ID
from demo.stack.demo_user import user_named
from demo.stack.registry import REGISTRY, find_stack
from threadcast.cli.run import run
from threadcast.cli.table.table_access import open_stores
from threadcast_client import Connection

ROOT = Path(__file__).parents[2]
RUN_TIMEOUT_S = 500
SHUTDOWN_TIMEOUT_S = 120
PAGE = "http://localhost:5173"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    "PYTHONUNBUFFERED": "1",
}


@pytest.fixture(scope="module")
def started() -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A stack that `demo.start` runs, and what it has printed once it runs."""
    process = _begin("demo.start", "--port", "0", "--allow-origin", PAGE)
    printed = _read_until(process, "Ctrl-C ends everything.")
    yield process, printed
    if process.poll() is None:
        process.terminate()
        process.communicate(timeout=SHUTDOWN_TIMEOUT_S)


def _begin(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def _read_until(process: "subprocess.Popen[str]", line: str) -> str:
    assert process.stdout is not None
    printed = ""
    while line not in printed:
        read = process.stdout.readline()
        assert read, f"it ended: {printed}{process.communicate()[1]}"
        printed += read
    return printed


def _port(printed: str) -> int:
    found = re.search(r"ws://127\.0\.0\.1:(\d+)/prod", printed)
    assert found
    return int(found[1])


def _token(*arguments: str) -> str:
    command = [sys.executable, "-m", "demo.token", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()


async def _title(url: str, token: str) -> str:
    async with Connection(url, token) as connection:
        turn = await connection.post(asset_id=ASSET_ID, asset_type="metric_file")
        title: str = (await turn.result())["title"]
        return title


def test_the_printed_token_and_one_for_a_second_user_both_open_a_sample(
    started: tuple["subprocess.Popen[str]", str],
) -> None:
    port = _port(started[1])
    printed_token = re.search(r"THREADCAST_TOKEN=(\S+)", started[1])
    assert printed_token

    bobs = _token("--name", "Bob", "--port", str(port))

    for token in (printed_token[1], bobs):
        title = asyncio.run(_title(f"ws://127.0.0.1:{port}/prod", token))
        assert title == "Iowa electricity generation by source"


def test_a_page_of_an_allowed_origin_connects_and_another_does_not(
    started: tuple["subprocess.Popen[str]", str],
) -> None:
    port = _port(started[1])
    token = _token("--port", str(port))
    url = f"ws://127.0.0.1:{port}/prod"

    with connect(url, origin=PAGE, subprotocols=["bearer", token]) as client:
        assert client.subprotocol == "bearer"
    with pytest.raises(InvalidStatus) as caught:
        connect(url, origin="http://localhost:5174", subprotocols=["bearer", token])

    assert caught.value.response.status_code == 403


def test_the_secret_is_neither_printed_nor_on_a_command_line(
    started: tuple["subprocess.Popen[str]", str],
) -> None:
    signer = find_stack(_port(started[1])).signer
    secret = signer.secret if signer else ""

    assert len(secret) >= 32
    assert secret not in started[1]
    assert all(secret not in command for command in _command_lines())


def _command_lines() -> Iterator[str]:
    """The command lines of all processes; none on systems without /proc."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # the process has ended
            yield file.read_text(errors="replace")


def test_the_printed_commands_work_unchanged(started: tuple["subprocess.Popen[str]", str]) -> None:
    lines = [line.strip() for line in started[1].splitlines() if line.startswith("  ")]
    export, chat, assets = lines[:3]

    chatted = _shell(f"{export}; {chat} </dev/null")
    listed = _shell(assets)

    assert "Iowa electricity generation by source" in chatted
    assert f"{ASSET_ID}  metric_file" in listed


def test_the_operators_command_finds_the_stack_and_erases_a_user(
    started: tuple["subprocess.Popen[str]", str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "docs")
    port = str(_port(started[1]))
    where, carol = ("--port", port, "--json"), user_named("Carol").id
    token = _token("--name", "Carol", "--port", port)
    asyncio.run(_title(f"ws://127.0.0.1:{port}/prod", token))

    (chat,) = _threadcast("chats", "list", "--user", carol, *where)
    shown = _threadcast("chats", "show", chat["id"], *where)
    erased = _threadcast("users", "forget", carol, "--yes", *where)
    again = _threadcast("users", "forget", carol, "--yes", *where)

    assert (chat["title"], shown["owner_name"]) == ("Iowa electricity generation by source", "Carol")
    assert [message["outcome"] for message in shown["messages"]] == ["completed"]
    assert {name: erased["items"][name] for name in ("chats", "messages", "quotas", "requests")} == {
        "chats": 1,
        "messages": 1,
        "quotas": 1,
        "requests": 1,
    }
    assert (erased["remaining"], set(again["items"].values())) == (0, {0})
    assert _threadcast("chats", "list", "--user", carol, *where) == []
    assert _threadcast("turns", "open", *where) == []


def _threadcast(*arguments: str) -> Any:
    """Run the operator's command in this process, which costs less than one more, and return its JSON."""
    out, err = io.StringIO(), io.StringIO()
    now = datetime.now(UTC)
    code = run(arguments, {}, open_stores, confirm=lambda _: False, now=now, out=out, err=err)
    assert (code, err.getvalue()) == (0, "")
    return json.loads(out.getvalue())


def test_the_client_in_the_readme_receives_a_whole_turn(started: tuple["subprocess.Popen[str]", str]) -> None:
    snippet = (ROOT / "README.md").read_text().split("```python\n")[1].split("```")[0]
    port = str(_port(started[1]))
    environment = {**ENVIRONMENT, "THREADCAST_TOKEN": _token("--port", port)}

    ended = subprocess.run(
        [sys.executable, "-c", snippet.replace("3001", port)],
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT_S,
        env=environment,
        check=False,
    )

    events = [line.split(" ", 1)[0] for line in ended.stdout.splitlines()]
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (events[0], events[-1]) == ("initializeChat", "complete")


def test_every_file_that_the_readme_links_exists() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())

    assert [path for path in linked if not (ROOT / path).exists()] == []


def _shell(command: str) -> str:
    here = command.replace(".venv/bin/python", shlex.quote(sys.executable))
    ended = subprocess.run(
        ["/bin/sh", "-c", here], capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_ctrl_c_ends_every_process_and_removes_the_registration(
    started: tuple["subprocess.Popen[str]", str],
) -> None:
    process, printed = started
    os.killpg(process.pid, signal.SIGINT)

    _, errors = process.communicate(timeout=SHUTDOWN_TIMEOUT_S)

    assert (process.returncode, "Traceback" in errors) == (0, False)
    assert not (REGISTRY / f"{_port(printed)}.json").exists()
    assert not _is_running(process.pid)


def test_demo_once_runs_both_turns_and_exits() -> None:
    process = _begin("demo", "--once", "--pace-ms", "0")
    printed, errors = process.communicate(timeout=RUN_TIMEOUT_S)

    introduced, asked = printed.split("2. A question about it")
    assert (process.returncode, errors) == (0, "")
    assert "▤ Iowa electricity generation by source" in introduced
    assert "> How did renewables change from 2001 to 2017?" in asked
    assert "1,437 GWh in 2001 to 21,933 GWh in 2017" in asked
    assert not _is_running(process.pid)


def test_ctrl_c_during_the_start_ends_every_process() -> None:
    process = _begin("demo", "--once")
    _read_until(process, "starting from template.yaml")

    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=SHUTDOWN_TIMEOUT_S)

    assert (process.returncode, errors) == (130, "")
    assert not _is_running(process.pid)


def _is_running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
