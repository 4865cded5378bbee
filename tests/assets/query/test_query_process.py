"""The process that runs queries: when it starts, when it is killed, what it can access and what it leaves."""

# ruff: noqa: S608 - building queries from names is what these tests are about

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.assets.query.long_queries import LONG_QUERIES
from tests.samples.loaded import context_of
from threadcast.assets.query import engine_process
from threadcast.assets.query import sandbox as sandbox_module
from threadcast.assets.query.engine_main import NO_MEMORY_LIMIT
from threadcast.assets.query.engine_process import EngineProcess
from threadcast.assets.query.sandbox import QueryLimits, QuerySandbox
from threadcast.assets.query.sql_tables import tables_of
from threadcast.errors import ToolRefusal

LIMITS = QueryLimits(max_s=60)
IOWA = "iowa_electricity_generation_by_source"
COUNT = f"SELECT count(*) FROM {IOWA}"
TOO_LONG = "The query took too long and was ended. Make it simpler."
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows another process's limits")


class Started(EngineProcess):
    """Query processes, listed in the order of their starts."""

    all: list["Started"]
    request: Mapping[str, Any] = {}

    def __init__(self) -> None:
        super().__init__()
        self.all.append(self)

    def exchange(self, request: Mapping[str, Any], must_end: Callable[[], bool]) -> Mapping[str, Any]:
        self.request = request
        return super().exchange(request, must_end)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Started]:
    monkeypatch.setattr(Started, "all", [], raising=False)
    monkeypatch.setattr(sandbox_module, "EngineProcess", Started)
    return Started.all


def make_sandbox(is_cancelled: Callable[[], bool] = lambda: False) -> QuerySandbox:
    return QuerySandbox(tables_of(context_of("iowa_electricity")), is_cancelled)


@pytest.fixture
def sandbox(started: list[Started]) -> Iterator[QuerySandbox]:
    with closing(make_sandbox()) as made:
        yield made


def refusal(sandbox: QuerySandbox, sql: str, limits: QueryLimits = LIMITS) -> str:
    with pytest.raises(ToolRefusal) as caught:
        sandbox.query(sql, limits)
    return caught.value.text


def counts(sandbox: QuerySandbox) -> bool:
    return sandbox.query(COUNT, LIMITS).table.rows == ((51,),)


class DuringQuery:
    """A condition for a sandbox that becomes true, or does something once, while an armed query runs."""

    def __init__(self, do: Callable[[], object] | None = None) -> None:
        self._do = do
        self._calls_left = 10
        self._is_armed = False

    def arm(self) -> None:
        self._is_armed = True

    def __call__(self) -> bool:
        if not self._is_armed or "sql" not in Started.all[-1].request:
            return False
        self._calls_left -= 1
        if self._calls_left == 0 and self._do is not None:
            self._do()
        return self._calls_left <= 0 and self._do is None


@pytest.mark.parametrize("name", LONG_QUERIES)
def test_a_query_ends_at_its_bound_wherever_sqlite_is_busy(
    sandbox: QuerySandbox, started: list[Started], name: str
) -> None:
    assert counts(sandbox)

    assert refusal(sandbox, LONG_QUERIES[name], QueryLimits(max_s=0.3)) == TOO_LONG

    assert started[0].exit_code == -signal.SIGKILL
    assert counts(sandbox)
    assert len(started) == 2


@pytest.mark.parametrize("name", LONG_QUERIES)
def test_a_query_ends_at_a_stop_wherever_sqlite_is_busy(started: list[Started], name: str) -> None:
    stop = DuringQuery()
    with closing(make_sandbox(stop)) as sandbox:
        assert counts(sandbox)
        stop.arm()

        assert refusal(sandbox, LONG_QUERIES[name], QueryLimits(max_s=3_600)) == TOO_LONG

        assert {process.exit_code for process in started} == {-signal.SIGKILL}


def test_closing_ends_a_running_query_and_refuses_later_ones(started: list[Started]) -> None:
    running = threading.Event()
    busy = DuringQuery(running.set)
    sandbox = make_sandbox(busy)
    assert counts(sandbox)
    busy.arm()
    with ThreadPoolExecutor() as threads:
        query = threads.submit(refusal, sandbox, LONG_QUERIES["recursion"], QueryLimits(max_s=3_600))
        assert running.wait(60)

        sandbox.close()

        assert query.result(60) == TOO_LONG
    assert refusal(sandbox, COUNT) == TOO_LONG
    assert [process.exit_code for process in started] == [-signal.SIGKILL]


def test_the_process_starts_at_the_first_query_and_answers_all(
    sandbox: QuerySandbox, started: list[Started]
) -> None:
    assert started == []

    assert counts(sandbox)
    assert "no such table" in refusal(sandbox, "SELECT * FROM nowhere")
    assert counts(sandbox)

    assert [process.exit_code for process in started] == [None]


def test_after_a_stop_no_process_starts(started: list[Started]) -> None:
    with closing(make_sandbox(lambda: True)) as sandbox:
        assert refusal(sandbox, COUNT) == TOO_LONG

    assert started == []


def test_queries_of_several_threads_take_turns(sandbox: QuerySandbox, started: list[Started]) -> None:
    with ThreadPoolExecutor(4) as threads:
        results = threads.map(lambda number: sandbox.query(f"SELECT {number}", LIMITS), range(20))

        assert [result.table.rows for result in results] == [((number,),) for number in range(20)]
    assert len(started) == 1


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGSTOP])
def test_an_idle_process_that_was_killed_or_frozen_is_replaced(
    sandbox: QuerySandbox, started: list[Started], by: signal.Signals
) -> None:
    assert counts(sandbox)
    os.kill(started[0].pid, by)

    assert counts(sandbox)

    assert [process.exit_code for process in started] == [-signal.SIGKILL, None]


def test_a_process_that_was_frozen_for_a_time_answers(sandbox: QuerySandbox, started: list[Started]) -> None:
    assert counts(sandbox)
    os.kill(started[0].pid, signal.SIGSTOP)
    os.kill(started[0].pid, signal.SIGCONT)

    assert counts(sandbox)


def test_a_query_whose_process_freezes_ends_at_its_bound(started: list[Started]) -> None:
    freeze = DuringQuery(lambda: os.kill(started[0].pid, signal.SIGSTOP))
    with closing(make_sandbox(freeze)) as sandbox:
        assert counts(sandbox)
        freeze.arm()

        assert refusal(sandbox, LONG_QUERIES["recursion"], QueryLimits(max_s=1)) == TOO_LONG


def test_a_query_whose_process_dies_is_refused_and_the_next_one_works(
    started: list[Started], caplog: pytest.LogCaptureFixture
) -> None:
    kill = DuringQuery(lambda: os.kill(started[0].pid, signal.SIGKILL))
    with closing(make_sandbox(kill)) as sandbox:
        assert counts(sandbox)
        kill.arm()

        text = refusal(sandbox, LONG_QUERIES["recursion"], QueryLimits(max_s=3_600))

        assert text == "The query needs too much time or memory and was ended. Make it simpler."
        assert [record.exit_code for record in caplog.records] == [-signal.SIGKILL]  # type: ignore[attr-defined]
        assert counts(sandbox)


def test_the_kernel_ends_a_query_that_takes_too_much_processor_time() -> None:
    process = EngineProcess()
    query = {"sql": LONG_QUERIES["recursion"], "max_rows": 1, "max_bytes": 1, "max_s": 0.1}

    with pytest.raises(EOFError):
        process.exchange(query, lambda: False)

    assert process.exit_code == -signal.SIGXCPU


def test_a_process_ends_with_its_input_also_while_a_query_runs() -> None:
    process = EngineProcess()
    assert process.exchange({}, lambda: False) == {}
    query = {"sql": LONG_QUERIES["recursion"], "max_rows": 1, "max_bytes": 1, "max_s": 3_600}
    process._send(json.dumps(query).encode() + b"\n", lambda: False)

    process._pipes[0].close()  # as the kernel does when the parent dies

    assert process._process.wait(60) == 0
    process.kill()


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_nothing_is_left_of_killed_and_closed_processes(started: list[Started]) -> None:
    with closing(make_sandbox()) as sandbox:
        assert counts(sandbox)
    descriptors, threads = open_descriptors(), threading.active_count()

    for _ in range(5):
        with closing(make_sandbox()) as sandbox:
            assert counts(sandbox)
            refusal(sandbox, LONG_QUERIES["within one row"], QueryLimits(max_s=0.05))
            assert counts(sandbox)

    assert (open_descriptors(), threading.active_count()) == (descriptors, threads)
    assert len(started) == 11
    assert None not in [process._process.returncode for process in started]  # set when it was reaped


@pytest.mark.parametrize(
    ("program", "event"),
    [("/nowhere/python", "query_process_not_started"), ("/bin/false", "query_process_ended")],
)
def test_without_a_process_there_are_no_queries(
    program: str, event: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with closing(make_sandbox()) as sandbox:
        assert refusal(sandbox, COUNT) == "Queries are not available here."

    assert caplog.messages == [event]


def test_without_a_memory_limit_there_are_no_queries(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    program = (
        "import sys; sys.path.append(sys.argv[1]); from threadcast.assets.query import engine_main as main; "
        "main.limit_memory = main.QueryEngine.enforces_heap_limit = lambda *_: False; main.main()"
    )
    monkeypatch.setattr(engine_process, "_PROGRAM", program)
    with closing(make_sandbox()) as sandbox:
        assert refusal(sandbox, COUNT) == "Queries are not available here."

    assert [record.exit_code for record in caplog.records] == [NO_MEMORY_LIMIT]  # type: ignore[attr-defined]


@ON_LINUX
def test_the_process_inherits_neither_environment_nor_descriptors(
    started: list[Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    read, write = os.pipe()
    os.set_inheritable(write, True)  # noqa: FBT003 - no keyword
    with closing(make_sandbox()) as sandbox:
        assert counts(sandbox)
        process = Path(f"/proc/{started[0].pid}")
        variables = (process / "environ").read_bytes().rstrip(b"\0").split(b"\0")
        descriptors = sorted(path.name for path in (process / "fd").iterdir())
        folder = (process / "cwd").readlink()
    os.close(read)
    os.close(write)

    assert sorted(variable.split(b"=")[0] for variable in variables) == [
        b"LD_LIBRARY_PATH",
        b"MALLOC_ARENA_MAX",
    ]
    assert descriptors == ["0", "1", "2"]
    assert folder == Path("/")


@ON_LINUX
def test_the_process_is_limited_by_the_kernel(sandbox: QuerySandbox, started: list[Started]) -> None:
    assert counts(sandbox)

    lines = Path(f"/proc/{started[0].pid}/limits").read_text(encoding="ascii").splitlines()
    hard = {line[:26].strip(): line[26:].split()[1] for line in lines}
    soft = {line[:26].strip(): line[26:].split()[0] for line in lines}

    assert hard["Max address space"] == str(320 * 1024 * 1024)
    assert 60 < int(soft["Max cpu time"]) < 70
    for none in ("Max open files", "Max file size", "Max core file size", "Max processes"):
        assert hard[none] == "0", none


def test_the_process_imports_only_what_it_needs() -> None:
    script = f"{engine_process._PROGRAM[: engine_process._PROGRAM.rindex(';')]}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, *engine_process._OPTIONS, "-c", script, str(engine_process._ROOT)],
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = done.stdout.split()

    assert sorted(name for name in modules if name.startswith("threadcast")) == [
        "threadcast",
        "threadcast.assets",
        "threadcast.assets.query",
        "threadcast.assets.query.engine",
        "threadcast.assets.query.engine_main",
        "threadcast.assets.query.sqlite_authorizer",
        "threadcast.domain",
        "threadcast.domain.text",
    ]
    assert not {"site", "typing", "dataclasses", "threading", "boto3", "pydantic"} & set(modules)


def test_neither_rows_nor_queries_are_logged_or_printed(
    started: list[Started], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    kill = DuringQuery(lambda: os.kill(started[-1].pid, signal.SIGKILL))
    endless = LONG_QUERIES["recursion"].replace("count(*)", "count(*), 'hush'")
    with caplog.at_level(logging.DEBUG), closing(make_sandbox(kill)) as sandbox:
        refusal(sandbox, f"SELECT 'hush' FROM {IOWA} WHERE nothing = 1")
        refusal(sandbox, endless, QueryLimits(max_s=0.1))
        kill.arm()
        refusal(sandbox, endless)

    assert "query_process_ended" in caplog.messages
    written = "".join(
        (caplog.text, *map(str, (vars(record) for record in caplog.records)), *capfd.readouterr())
    )
    assert "hush" not in written
    assert "Fossil" not in written
