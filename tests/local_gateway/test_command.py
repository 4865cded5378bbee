"""The command `local-gateway`: its output, and the end of every process that it starts."""

import contextlib
import itertools
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from local_gateway import LambdaSettings, Limits
from local_gateway.cli import main, parser, settings
from local_gateway.injected_faults import PostFault
from local_gateway.settings import Settings
from tests.local_gateway.conftest import STACKS, Eventually

ROOT = Path(__file__).parents[2]
BEHAVIOUR = STACKS / "behaviour" / "template.yaml"
CHAT = STACKS / "chat" / "template.yaml"


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "local_gateway", "--port", "0", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def running(template: Path) -> Iterator[subprocess.Popen[str]]:
    with start("--template", str(template), "--verbose") as process:
        yield process
        process.kill()


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return next(found.group() for line in process.stdout if (found := re.search(r"ws://\S+", line)))


def family(pid: int) -> set[int]:
    """Return the ids of a process's descendants."""
    listing = subprocess.run(
        ["/bin/ps", "-Ao", "pid=,ppid="], check=True, capture_output=True, text=True
    ).stdout
    parents = [tuple(map(int, line.split())) for line in listing.splitlines()]
    found: set[int] = set()
    while more := {child for child, parent in parents if parent in found | {pid}} - found:
        found |= more
    return found


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(
        ["/bin/ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return state.stdout.strip()[:1] not in {"", "Z"}


def test_sigterm_ends_every_child_process(eventually: Eventually) -> None:
    with running(CHAT) as process, connect(address(process)) as client:
        client.send(json.dumps({"message": "sendmessage", "data": "hi"}))
        assert client.recv(timeout=120) == "hi"
        children = family(process.pid)

        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=120) == 0
    assert len(children) >= 4  # three functions and the DynamoDB emulator
    eventually(lambda: not any(map(is_alive, children)))


def test_ctrl_c_ends_busy_functions(eventually: Eventually) -> None:
    with running(BEHAVIOUR) as process, connect(address(process)) as client:
        client.send(json.dumps({"do": "sleep", "seconds": 60}))
        eventually(lambda: len(family(process.pid)) >= 3)
        children = family(process.pid)

        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=120) == 0
    eventually(lambda: not any(map(is_alive, children)))


def test_a_signal_during_the_start_ends_the_gateway(eventually: Eventually) -> None:
    with start("--template", str(CHAT)) as process:
        eventually(lambda: family(process.pid))
        children = family(process.pid)

        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=120) == 0
    eventually(lambda: not any(map(is_alive, children)))


def test_repeated_signals_end_the_gateway(eventually: Eventually) -> None:
    with start("--template", str(CHAT)) as process:
        eventually(lambda: family(process.pid))
        children = family(process.pid)

        def ended() -> bool:
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)
            return process.poll() is not None

        eventually(ended)
        _, errors = process.communicate()

    assert process.returncode in {0, 130, -signal.SIGINT, -signal.SIGTERM}  # the last two: after the end
    assert "Traceback" not in errors
    eventually(lambda: not any(map(is_alive, children)))


def test_ctrl_c_while_the_template_is_read_prints_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("local_gateway.cli.read_stack", read)

    assert main(["--template", str(CHAT)]) == 130


def test_the_gateway_runs_without_uvloop_and_awslambdaric(eventually: Eventually) -> None:
    """As on a machine that cannot install them."""
    without_packages = "import sys; sys.modules.update(uvloop=None, awslambdaric=None); import runpy; "
    arguments = ["local_gateway", "--port", "0", "--template", str(CHAT)]
    run = f"sys.argv = {arguments}; runpy.run_module('local_gateway', run_name='__main__')"
    with subprocess.Popen(
        [sys.executable, "-c", without_packages + run],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        with connect(address(process)) as client:
            client.send(json.dumps({"message": "sendmessage", "data": "hi"}))
            answer = client.recv(timeout=120)
        children = family(process.pid)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)

    assert (answer, process.returncode) == ("hi", 0)
    eventually(lambda: not any(map(is_alive, children)))


def test_every_child_process_ends_with_a_killed_gateway(eventually: Eventually) -> None:
    with running(CHAT) as process:
        with connect(address(process)):
            children = family(process.pid)

        process.kill()

    eventually(lambda: not any(map(is_alive, children)))


def test_a_template_that_cannot_run_prints_one_line_and_exits_with_1(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {Nothing: {Type: AWS::SNS::Topic}}\n")

    with start("--template", str(template)) as process:
        _, errors = process.communicate(timeout=120)

    assert process.returncode == 1
    assert errors == "error: AWS::ApiGatewayV2::Api: one WebSocket API is needed, found none\n"


def test_invalid_parameters_print_one_line_each_and_exit_with_2(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    declared = "Parameters: {Size: {Type: Number, MaxValue: 3}, Name: {Type: String}}\n"
    template.write_text(declared + (STACKS / "bare" / "template.yaml").read_text())

    with start("--template", str(template), "--parameter-overrides", "Size=4", "Colour=red") as process:
        _, errors = process.communicate(timeout=120)

    assert process.returncode == 2
    assert errors.splitlines() == [
        "error: Parameters: [Colour] do not exist in the template",
        "error: Parameters: [Name] must have values",
        "error: Parameter 'Size' must be a number not greater than 3",
    ]


def test_the_banner_lists_addresses_routes_and_functions() -> None:
    with running(STACKS / "bare" / "template.yaml") as process:
        assert process.stdout is not None
        lines = list(itertools.takewhile(lambda line: "AuthorizerFunction " not in line, process.stdout))

    port = re.search(r":(\d+)/raw", lines[2])
    assert port is not None
    assert "".join(lines) == BANNER.replace("PORT", port.group(1))


BANNER = """\
bare runs on this machine; Ctrl-C ends it.

  WebSocket      ws://127.0.0.1:PORT/raw
  @connections   http://127.0.0.1:PORT/raw
  Lambda Invoke  http://127.0.0.1:PORT
  DynamoDB       (the template has no tables)

  Routes
    $connect           Echo
    chats/post         Echo

  Functions
    Echo                     local-Echo
"""


def test_options_are_converted_to_settings() -> None:
    line = (
        "--built .aws-sam/build --parameter-overrides A=1 B=x=y --env N=V --port 4000 --stack-name app "
        "--region eu-west-1 --api Chat --dynamodb-endpoint http://localhost:8000 --cold --reload "
        "--max-concurrency 5 --retry-delays 1 2 --runtime pure-python "
        "--allow-origin http://localhost:5173 --allow-origin null --strict --ssm /key=value"
    )

    assert settings(parser().parse_args(line.split())) == Settings(
        template=Path(".aws-sam/build/template.yaml"),
        parameters={"A": "1", "B": "x=y"},
        stack_name="app",
        region="eu-west-1",
        api="Chat",
        port=4000,
        dynamodb_endpoint="http://localhost:8000",
        allow_origins=("http://localhost:5173", "null"),
        strict=True,
        stored_values={"/key": "value"},
        limits=Limits(),
        functions=LambdaSettings(
            max_concurrency=5,
            retry_delays_s=(1.0, 2.0),
            warm=False,
            platform_lines=False,
            reload=True,
            runtime="pure-python",
            overrides={"N": "V"},
        ),
    )


def test_a_fault_option_is_a_list_of_pairs() -> None:
    line = "--fault status=429,times=3 --fault delay_s=0.5,connection_id=abc= --fault kills=Fn,after=9"

    assert parser().parse_args(line.split()).fault == [
        PostFault(429, times=3),
        PostFault(delay_s=0.5, connection_id="abc="),
        PostFault(kills="Fn", after=9),
    ]


def test_a_state_and_another_emulator_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parser().parse_args(["--state", "here", "--dynamodb-endpoint", "http://127.0.0.1:1"])

    assert caught.value.code == 2
    assert "not allowed with argument --state" in capsys.readouterr().err
    with pytest.raises(ValueError, match="exclude each other"):
        Settings(CHAT, state=Path("here"), dynamodb_endpoint="http://127.0.0.1:1")


@pytest.mark.parametrize(
    "option",
    [
        "--env=NAME",
        "--fault=colour=red",
        "--fault=status=many",
        "--port=70000",
        "--port=-1",
        "--port=http",
        "--max-concurrency=0",
        "--allow-origin=http://localhost:5173/",
        "--allow-origin=localhost:5173",
        "--colour=red",
    ],
)
def test_a_malformed_option_is_an_error(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parser().parse_args([option])

    (line,) = capsys.readouterr().err.splitlines()
    assert caught.value.code == 2
    assert line.startswith("error: ")
    assert option.partition("=")[0] in line
