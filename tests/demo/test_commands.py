"""The demo's commands: invalid options, error messages, exit codes, signals, ports, log files."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from argparse import Namespace
from pathlib import Path

import pytest
from rich.console import Console

from demo.cli import options
from demo.cli.exit_status import deferred_signals, exit_status
from demo.errors import DemoError
from demo.stack.log_file import log_file
from demo.stack.token_secret import own_secret
from local_gateway import LogLine, StartError
from threadcast_client import BadAddress

ROOT = Path(__file__).parents[2]


def _do_nothing() -> int:
    return 0


def _fail(problem: BaseException) -> int:
    raise problem


@pytest.mark.parametrize(
    ("problem", "exit_code", "message"),
    [
        (DemoError("No."), 1, "error: No.\n"),
        (StartError("the listener", "taken"), 1, "error: the listener did not start: taken\n"),
        (BadAddress("is none"), 1, "error: the address is none\n"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    problem: BaseException, exit_code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_status(lambda: _fail(problem)) == exit_code
    assert capsys.readouterr().err == message
    assert exit_status(_do_nothing) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_deferred_signal_interrupts_after_the_block(number: signal.Signals) -> None:
    done = []

    def work() -> int:
        with deferred_signals():
            signal.raise_signal(number)
            done.append("all of it")
        return 0

    assert exit_status(work) == 130
    assert done == ["all of it"]


def test_an_error_after_a_deferred_signal_counts_as_an_interruption() -> None:
    def load_samples() -> int:
        with deferred_signals():
            signal.raise_signal(signal.SIGINT)
            raise DemoError("The samples could not be loaded.")

    assert exit_status(load_samples) == 130


@pytest.mark.parametrize(
    ("module", "given", "message"),
    [
        ("demo", ["--port", "99999"], "argument --port: '99999' is not a port: 0 (any free one) to 65535"),
        ("demo.start", ["--port", "x"], "argument --port: 'x' is not a port: 0 (any free one) to 65535"),
        ("demo.start", ["--port", "-1"], "argument --port: '-1' is not a port: 0 (any free one) to 65535"),
        ("demo.start", ["--parameter", "foo"], "argument --parameter: 'foo' is not NAME=VALUE"),
        (
            "demo.start",
            ["--built", "nowhere"],
            "error: nowhere has no template.yaml; `make build` writes one",
        ),
        ("demo.chat", ["--asset", "99"], "error: There is no sample 99: --asset takes 1 to 10."),
        ("demo.chat", ["--asset", "0"], "error: There is no sample 0: --asset takes 1 to 10."),
        ("demo.chat", ["--asset", "-1"], "error: There is no sample -1: --asset takes 1 to 10."),
        (
            "demo.chat",
            ["--agent", "bedrock"],
            "error: The agent bedrock needs a model: --parameter ModelId=…, see docs/agents.md.",
        ),
        (
            "demo.start",
            ["--parameter", "Agent=openai"],
            "error: The agent openai needs a model: --parameter ModelId=…, see docs/agents.md.",
        ),
        ("demo.token", ["--port", "1"], "error: No stack is running on port 1: `make start` or `make demo`"),
    ],
)
def test_an_invalid_option_is_refused_before_anything_starts(
    module: str, given: list[str], message: str
) -> None:
    ended = _run(module, *given)

    assert ended.returncode in (1, 2)
    assert message in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_the_token_secret_is_read_from_the_environment_and_has_32_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOKEN_SECRET", "s" * 32)
    assert own_secret() == "s" * 32
    monkeypatch.setenv("TOKEN_SECRET", "s" * 31)
    with pytest.raises(DemoError, match="TOKEN_SECRET must have at least 32 bytes"):
        own_secret()
    monkeypatch.delenv("TOKEN_SECRET")
    assert own_secret() is None


def test_only_a_model_gets_credentials_and_is_refused_without_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK", "OPENAI_API_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "k")

    assert options.model_environment({"Agent": "offline"}, {"A": "1"}) == {"A": "1"}
    with pytest.raises(DemoError, match="bedrock needs AWS_ACCESS_KEY_ID"):
        options.model_environment({"Agent": "bedrock"})
    with pytest.raises(DemoError, match="openai needs OPENAI_API_KEY"):
        options.model_environment({"Agent": "openai"})
    assert options.model_environment({"Agent": "openai", "OpenaiBaseUrl": "http://x"}, {"A": "1"}) == {
        "AWS_SECRET_ACCESS_KEY": "k",
        "A": "1",
    }
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "i")
    assert options.model_environment({"Agent": "bedrock"}) == {
        "AWS_ACCESS_KEY_ID": "i",
        "AWS_SECRET_ACCESS_KEY": "k",
    }


def test_a_model_without_its_sdk_is_refused_and_the_install_command_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(options, "_MODEL_SDK", "no_such_package")
    chosen = Namespace(agent="bedrock", parameter=[("ModelId", "m")])

    with pytest.raises(DemoError, match="has no no_such_package, which models need; `make chat` installs it"):
        options.template_parameters(chosen)


def test_functions_get_the_models_variables_of_the_environment_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {"AWS_ACCESS_KEY_ID": "k", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://127.0.0.1:1"}
    monkeypatch.setattr(os, "environ", {**given, "AWS_ENDPOINT_URL": "http://127.0.0.1:2", "HOME": "/"})

    assert options.model_environment({"Agent": "bedrock"}) == given
    assert options.model_environment({"Agent": "offline"}) == {}


def test_the_functions_logs_are_appended_to_a_file_whose_path_is_printed(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), record=True, width=200)
    at = time.strftime("%H:%M:%S.000", time.localtime(0))

    for text in ("former", "latest"):
        with log_file("chat", console, tmp_path) as log:
            log(LogLine("Fn", "output", text, "r-1", 0.0))

    assert (tmp_path / "chat.log").read_text().splitlines() == [
        f"{at} Fn {text}" for text in ("former", "latest")
    ]
    assert f"The functions log to {tmp_path / 'chat.log'}" in console.export_text()


def test_a_taken_port_is_reported_in_one_line_and_no_process_stays() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = _run("demo", "--port", str(taken.getsockname()[1]))

    assert (ended.returncode, ended.stdout.splitlines()[2:]) == (1, [])
    assert re.fullmatch(r"error: .*port \d+ did not start: Address already in use\n", ended.stderr)


def test_a_requested_port_is_used_unchanged_and_the_default_one_if_it_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(options, "DEFAULT_PORT", taken.getsockname()[1])
        console = Console(file=None, record=True, width=100)

        assert options.free_port(4000, console) == 4000
        assert options.free_port(None, console) == 0
        assert "is taken: this stack uses another one." in console.export_text()

    monkeypatch.setattr(options, "DEFAULT_PORT", _free_port())
    assert options.free_port(None, console) == options.DEFAULT_PORT


def _run(module: str, *given: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", module, *given],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
