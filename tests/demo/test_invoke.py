"""`make invoke`: an event's requirements, the command that runs it, and the report."""

import io
import os
import stat
from pathlib import Path

import pytest
from rich.console import Console

from demo.errors import DemoError
from demo.invoke import __main__ as command
from demo.invoke.emulators import Effects
from demo.invoke.outcome import Outcome
from demo.invoke.report import show_report
from demo.invoke.requirements import OTHER_CONNECTION, RequiredChat, Requirements, requirements_of
from demo.invoke.runners.container import invoke_in_container, sam_command
from demo.invoke.runners.docker_engine import LOOPBACK, container_interface, docker_is_available
from demo.invoke.sample_event import read_sample_event
from demo.invoke.table_changes import Change, Items, compare_items

CONNECTION = "L0SM9cOFvHcCIhw="
CHAT, MESSAGE = "c4a70000-0000-4000-8000-00000000000", "5a9e0000-0000-4000-8000-00000000000"


def executable(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("name", "connections", "chat"),
    [
        ("authorizer/query_token", (), None),
        ("connect/query_token", (), None),
        ("disconnect/idle", (CONNECTION,), None),
        ("post_thread/asset", (CONNECTION, OTHER_CONNECTION), None),
        ("post_thread/invalid_not_json", (CONNECTION, OTHER_CONNECTION), None),
        ("post_thread/get", (CONNECTION, OTHER_CONNECTION), RequiredChat(f"{CHAT}1", None, "answered")),
        (
            "post_thread/replace",
            (CONNECTION, OTHER_CONNECTION),
            RequiredChat(f"{CHAT}1", f"{MESSAGE}1", "answered"),
        ),
        (
            "post_thread/stop",
            (CONNECTION, OTHER_CONNECTION),
            RequiredChat(f"{CHAT}2", f"{MESSAGE}2", "running"),
        ),
        (
            "run_turn/handoff",
            (CONNECTION, OTHER_CONNECTION),
            RequiredChat(f"{CHAT}3", f"{MESSAGE}3", "waiting"),
        ),
        (
            "turn_failed/crashed",
            (CONNECTION, OTHER_CONNECTION),
            RequiredChat(f"{CHAT}4", f"{MESSAGE}4", "abandoned"),
        ),
        (
            "turn_failed/never_run",
            (CONNECTION, OTHER_CONNECTION),
            RequiredChat(f"{CHAT}3", f"{MESSAGE}3", "waiting"),
        ),
        ("run_turn/not_a_handoff", (), None),
    ],
)
def test_the_requirements_are_read_from_the_event(
    name: str, connections: tuple[str, ...], chat: RequiredChat | None
) -> None:
    required = requirements_of(read_sample_event(name).payload)

    assert (required.connections, required.chat) == (connections, chat)


def test_an_empty_event_requires_nothing() -> None:
    assert requirements_of({}) == Requirements()


@pytest.mark.parametrize(
    "name", ["events/post_thread/asset.json", "post_thread/asset.json", "post_thread/asset"]
)
def test_an_event_is_named_by_its_path(name: str) -> None:
    event = read_sample_event(name)

    assert (event.name, event.function) == ("post_thread/asset", "PostThreadFunction")
    assert event.path.is_file()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "error: Which event? make invoke EVENT=post_thread/asset; events/README.md lists them.\n"),
        (["asset"], "error: There is no event 'asset'; did you mean post_thread/asset?\n"),
        (["zzz"], "error: There is no event 'zzz'; events/README.md lists them.\n"),
    ],
)
def test_an_unknown_event_is_reported_in_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(arguments) == 1
    assert capsys.readouterr().err == complaint


def test_without_docker_the_loopback_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not docker_is_available()
    assert container_interface() == LOOPBACK


@pytest.mark.parametrize(("script", "runs"), [("echo 27.0", True), ("exit 1", False)])
def test_docker_is_available_if_its_engine_answers(
    script: str, runs: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable(tmp_path, "docker", script)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert docker_is_available() is runs


def test_sam_gets_the_event_and_the_addresses_and_reads_the_rest_from_samconfig() -> None:
    event = read_sample_event("connect/query_token")

    _, *arguments = sam_command(event, Path("environment.json"))

    assert arguments == [
        "local",
        "invoke",
        "ConnectFunction",
        "-e",
        str(event.path),
        "-n",
        "environment.json",
    ]


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [
        ('{"statusCode": 200}', Outcome({"statusCode": 200}, None, "START\n")),
        (
            '{"errorType": "E", "errorMessage": "m"}',
            Outcome(None, {"errorType": "E", "errorMessage": "m"}, "START\n"),
        ),
        ("", Outcome(None, None, "START\n")),
    ],
)
def test_the_outcome_is_what_sam_prints(
    printed: str, outcome: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable(tmp_path, "sam", f"echo START >&2; echo '{printed}'")
    monkeypatch.setattr(
        "demo.invoke.runners.container.sam_command", lambda _, file: [str(tmp_path / "sam"), str(file)]
    )

    assert invoke_in_container(read_sample_event("connect/query_token"), {}) == outcome


def test_an_error_of_sam_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path, "sam", "echo 'no such image' >&2; exit 1")
    monkeypatch.setattr("demo.invoke.runners.container.sam_command", lambda *_: [str(tmp_path / "sam")])

    with pytest.raises(DemoError, match="no such image"):
        invoke_in_container(read_sample_event("connect/query_token"), {})


def test_new_different_and_missing_items_are_changes() -> None:
    before: Items = {("A", "1"): {"x": 1}, ("B", "1"): {"m": {"x": 1, "y": 2}}, ("C", "1"): {"x": 1}}
    after: Items = {("B", "1"): {"m": {"x": 1, "y": 3}}, ("C", "1"): {"x": 1}, ("D", "1"): {"x": 1}}

    found = compare_items(before, after)

    assert [(change.kind, change.key) for change in found] == [
        ("deleted", ("A", "1")),
        ("updated", ("B", "1")),
        ("put", ("D", "1")),
    ]
    assert list(found[1].attributes()) == [("m.y", 2, 3)]


REPORT = """\
Result
  {"statusCode": 200}
Log
  INFO refused code=BAD_REQUEST
Frames to connection A
  error                       BAD_REQUEST: The message is not JSON
  stopThread                  stopped: true, message m
Frames to connection B  nothing
Written
  put      P  S
           document=(3 bytes); size=4
  updated  Q  S
           end removed; n 1 → 2; new=x
  deleted  R  S
"""


def test_a_report_has_result_log_frames_and_writes() -> None:
    frames = [
        {"event": "error", "error": {"code": "BAD_REQUEST", "message": "The message is not JSON"}},
        {"event": "stopThread", "payload": {"stopped": True, "message_id": "m"}},
    ]
    log = '{"level": "INFO", "message": "refused", "code": "BAD_REQUEST"}\n{"_aws": {}}\n'
    written = [
        Change("put", ("P", "S"), None, {"document": b"abc", "size": 4, "pk": "P"}),
        Change("updated", ("Q", "S"), {"n": 1, "end": "t"}, {"n": 2, "new": "x"}),
        Change("deleted", ("R", "S"), {"n": 1}, None),
    ]
    out = io.StringIO()

    show_report(
        Outcome({"statusCode": 200}, None, log),
        Effects({"A": frames, "B": []}, written),
        Console(file=out, width=80),
    )

    assert out.getvalue() == REPORT
