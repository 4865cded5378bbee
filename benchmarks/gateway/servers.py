"""The servers to compare, each in its own processes: the local gateway, and serverless-offline from npm."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from process_tree import process_tree

__all__ = ["RunningServer", "Server", "gateway", "serverless_offline"]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BENCH = HERE / ".bench"
_INSTALL_TIMEOUT_S = 600
_QUIET = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "SLS_INTERACTIVE_SETUP_ENABLE": "0"}


class RunningServer(NamedTuple):
    """A running server: its URL, its process id, and the time at which its start began."""

    url: str
    pid: int
    began: float


Server = Callable[[], contextlib.AbstractContextManager[RunningServer]]


@contextlib.contextmanager
def gateway() -> Iterator[RunningServer]:
    """Run the local gateway with the options of the command line."""
    template = str(HERE / "echo" / "template.yaml")
    command = [sys.executable, "-m", "local_gateway", "--template", template, "--port", "0", *sys.argv[1:]]
    with _running(command, ROOT, {}, re.compile(r"ws://\S+")) as served:
        yield served


def serverless_offline() -> Server | None:
    """Install serverless-offline beside this file; print the reason and return None if that fails."""
    try:
        _install()
    except (OSError, subprocess.SubprocessError) as problem:
        print(f"serverless-offline is skipped: {problem}")
        return None
    return _serverless_offline


def _install() -> None:
    BENCH.mkdir(exist_ok=True)
    sources = [*(HERE / "serverless_offline").iterdir(), HERE / "echo" / "app.py"]
    for source in sources:
        shutil.copy(source, BENCH)
    if not (BENCH / "node_modules" / "serverless-offline").is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise OSError("npm is not installed")
        command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock"]
        subprocess.run(command, cwd=BENCH, check=True, capture_output=True, timeout=_INSTALL_TIMEOUT_S)  # noqa: S603 - npm


@contextlib.contextmanager
def _serverless_offline() -> Iterator[RunningServer]:
    ports = [str(_free_port()) for _ in range(3)]
    names = ("--websocketPort", "--httpPort", "--lambdaPort")
    options = [part for pair in zip(names, ports, strict=True) for part in pair]
    command = [str(BENCH / "node_modules" / ".bin" / "serverless"), "offline", *options]
    endpoint = f"http://127.0.0.1:{ports[0]}"
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
    environment = {
        **_QUIET,
        **dict(zip(keys, ("local", "local", "us-east-1"), strict=True)),
        "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": endpoint,
        # Its functions run under this interpreter, as the gateway's do.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    listening = re.compile(r"\[websocket\] listening on (ws://\S+)")
    with _running(command, BENCH, environment, listening) as served:
        yield served._replace(url=f"ws://127.0.0.1:{ports[0]}/")


@contextlib.contextmanager
def _running(
    command: list[str], folder: Path, environment: Mapping[str, str], listening: re.Pattern[str]
) -> Iterator[RunningServer]:
    """Start a server and wait until it listens; stop it and its descendants at the end."""
    log = BENCH / "server.log"
    BENCH.mkdir(exist_ok=True)
    with log.open("w") as out:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - the servers to compare
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield RunningServer(_wait_for(listening, log, process), process.pid, began)
    finally:
        started = process_tree(process.pid) - {process.pid}
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        process.kill()
        process.wait()
        for child in started:  # descendants that outlive it
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def _wait_for(listening: re.Pattern[str], log: Path, process: subprocess.Popen[bytes]) -> str:
    while process.poll() is None:
        found = listening.search(log.read_text(errors="replace"))
        if found is not None:
            return found.group()
        time.sleep(0.01)
    raise OSError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
