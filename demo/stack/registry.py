"""What a running stack leaves for other commands to find it by: a file that its owner alone can read."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from demo.errors import DemoError
from demo.stack.token_signer import Signer

__all__ = ["RUNS", "Run", "Services", "find_run", "recorded"]

RUNS = Path(__file__).parents[2] / ".threadcast" / "runs"


@dataclass(frozen=True, slots=True)
class Services:
    """The endpoints of a stack's Lambda and DynamoDB, its table, and its functions' names by logical id."""

    lambda_url: str
    dynamodb_url: str
    table: str
    functions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """One running stack: where clients connect, who runs it, and who signs its tokens (None: nobody here)."""

    websocket_url: str
    pid: int
    signer: Signer | None
    services: Services | None = None

    @property
    def port(self) -> int | None:
        """The gateway's port, by which a run is told from others."""
        return urlsplit(self.websocket_url).port


@contextmanager
def recorded(run: Run, folder: Path = RUNS) -> Iterator[None]:
    """Let other commands of the same user find a run while the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{run.port}.json"
    file.unlink(missing_ok=True)  # a killed run's; opening it would keep its owner and mode
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        json.dump(asdict(run), opened)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find_run(port: int | None = None, folder: Path = RUNS) -> Run:
    """Return the run on this port; None: the only one there is. Raises `DemoError` if that is not clear."""
    running = [run for run in _recorded_runs(folder) if _lives(run.pid)]
    wanted = [run for run in running if port in (None, run.port)]
    if not wanted:
        where = "" if port is None else f" on port {port}"
        raise DemoError(f"Nothing runs here{where}: `make start` or `make demo` starts it.")
    if len(wanted) > 1:
        ports = ", ".join(str(run.port) for run in wanted)
        raise DemoError(f"Several stacks run here; --port says which: {ports}.")
    return wanted[0]


def _recorded_runs(folder: Path) -> list[Run]:
    return [run for file in sorted(folder.glob("*.json")) if (run := _read(file)) is not None]


def _read(file: Path) -> Run | None:
    """Read one file; None if it is not what this version writes, or has just gone."""
    try:
        told = json.loads(file.read_text())
        signer = None if told["signer"] is None else Signer(**told["signer"])
        services = None if told["services"] is None else Services(**told["services"])
        return Run(told["websocket_url"], told["pid"], signer, services)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return False
    return True
