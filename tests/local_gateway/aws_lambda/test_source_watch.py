"""Changes of source files, and when a process may read them."""

import asyncio
import importlib.util
import os
import time
from pathlib import Path

import pytest
from websockets.sync.client import connect

from local_gateway import LambdaSettings, running_gateway
from local_gateway.aws_lambda.source_watch import SourceWatch, source_folders
from local_gateway.template.functions import Function

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Speaker:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.speak, CodeUri: .}
  Api:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      StageName: test
      RouteSelectionExpression: $request.body.action
      Routes:
        $default: {FunctionArn: !GetAtt Speaker.Arn, RouteResponseSelectionExpression: $default}
"""


def write(path: Path, text: str) -> None:
    path.write_text(text)


def modified(path: Path) -> float:
    return path.stat().st_mtime


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "app.py"
    file.write_text("VERSION = 1\n")
    return file


def test_a_new_a_changed_and_a_deleted_file_are_changes(tmp_path: Path, source: Path) -> None:
    watch = SourceWatch([tmp_path])

    unchanged = watch.has_changed()
    (tmp_path / "new.py").write_text("")
    new = watch.has_changed()
    source.write_text("VERSION = 10\n")
    changed = watch.has_changed()
    source.unlink()
    deleted = watch.has_changed()

    assert [unchanged, new, changed, deleted, watch.has_changed()] == [False, True, True, True, False]


def test_bytecode_is_no_source(tmp_path: Path) -> None:
    watch = SourceWatch([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "app.pyc").write_bytes(b"")

    assert not watch.has_changed()


def test_the_bytecode_of_a_changed_file_is_deleted(tmp_path: Path, source: Path) -> None:
    """Python compares the second and the size only: it would run the old code."""
    bytecode = Path(importlib.util.cache_from_source(str(source)))
    bytecode.parent.mkdir()
    bytecode.write_bytes(b"of version 1")
    other = bytecode.with_name("other.cpython-311.pyc")
    other.write_bytes(b"of another module")
    watch = SourceWatch([tmp_path])
    status = source.stat()
    source.write_text("VERSION = 2\n")
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000))

    assert watch.has_changed()
    assert not bytecode.exists()
    assert other.exists()


def test_a_process_waits_until_the_files_are_saved(tmp_path: Path, source: Path) -> None:
    async def save_in_steps() -> float:
        for step in range(5):
            write(source, "VERSION = 2\n" * step)
            await asyncio.sleep(0.02)
        return modified(source)

    async def run() -> float:
        watch = SourceWatch([tmp_path])
        saving = asyncio.ensure_future(save_in_steps())
        await asyncio.sleep(0)
        await watch.settle()
        settled = time.time()
        return settled - await saving

    assert asyncio.run(run()) >= 0.2


def test_files_that_are_saved_and_files_of_the_future_need_no_wait(tmp_path: Path, source: Path) -> None:
    os.utime(source, (1_000, 1_000))
    watch = SourceWatch([tmp_path], clock=lambda: 1_000.3)
    asyncio.run(asyncio.wait_for(watch.settle(), 30))
    os.utime(source, (9_000, 9_000))
    asyncio.run(asyncio.wait_for(watch.settle(), 30))

    assert not watch.has_changed()


def test_the_watch_calls_back_after_a_change(tmp_path: Path, source: Path) -> None:
    async def run() -> None:
        changed = asyncio.Event()
        watching = asyncio.ensure_future(SourceWatch([tmp_path]).watch(changed.set, interval_s=0.01))
        write(source, "VERSION = 200\n")
        await asyncio.wait_for(changed.wait(), 60)
        watching.cancel()

    asyncio.run(run())


def test_code_and_layers_are_watched() -> None:
    function = Function("Fn", "fn", "arn", "app.f", Path("code"), layers=(Path("layer"),))

    assert source_folders([function]) == {Path("code"), Path("layer")}


def test_the_first_invocation_after_an_edit_runs_the_new_code(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    source = tmp_path / "app.py"
    code = "def speak(event, context):\n    return {'statusCode': 200, 'body': 'NUMBER'}\n"
    answers = []

    source.write_text(code.replace("NUMBER", "one"))
    with (
        running_gateway(tmp_path / "template.yaml", functions=LambdaSettings(reload=True)) as gateway,
        connect(gateway.websocket_url, open_timeout=60) as client,
    ):
        for number in ("one", "two", "six"):  # of the same size, and within one second
            source.write_text(code.replace("NUMBER", number))
            client.send("?")
            answers.append(client.recv(timeout=120))

    assert answers == ["one", "two", "six"]
