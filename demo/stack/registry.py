"""The registry of running stacks: a file for each, which only its owner can read."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from demo.errors import DemoError
from demo.stack.token_signer import TokenSigner
from threadcast.cli.table.stack_places import is_running

__all__ = ["REGISTRY", "RegisteredStack", "Services", "find_stack", "registered"]

REGISTRY = Path(__file__).parents[2] / ".threadcast" / "runs"


@dataclass(frozen=True, slots=True)
class Services:
    """The endpoints of a stack's Lambda and DynamoDB, its table, and its functions' names by logical id."""

    lambda_url: str
    dynamodb_url: str
    table: str
    functions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RegisteredStack:
    """A running stack in the registry: where clients connect, its process, and the signer of its tokens.

    `signer` is None if an identity provider signs them.
    """

    websocket_url: str
    pid: int
    signer: TokenSigner | None
    services: Services | None = None

    @property
    def port(self) -> int | None:
        """The gateway's port, which identifies a stack."""
        return urlsplit(self.websocket_url).port


@contextmanager
def registered(stack: RegisteredStack, folder: Path = REGISTRY) -> Iterator[None]:
    """Let other commands of the same user find a stack until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{stack.port}.json"
    file.unlink(missing_ok=True)  # a killed stack's; opening it would keep its owner and mode
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        json.dump(asdict(stack), opened)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find_stack(port: int | None = None, folder: Path = REGISTRY) -> RegisteredStack:
    """Return the stack on this port; None: the only one. Raises `DemoError` if there is none, or several."""
    running = [stack for stack in _registered_stacks(folder) if is_running(stack.pid)]
    wanted = [stack for stack in running if port in (None, stack.port)]
    if not wanted:
        where = "" if port is None else f" on port {port}"
        raise DemoError(f"No stack is running{where}: `make start` or `make demo` starts one.")
    if len(wanted) > 1:
        ports = ", ".join(str(stack.port) for stack in wanted)
        raise DemoError(f"Several stacks are running; choose one with --port: {ports}.")
    return wanted[0]


def _registered_stacks(folder: Path) -> list[RegisteredStack]:
    return [stack for file in sorted(folder.glob("*.json")) if (stack := _read(file)) is not None]


def _read(file: Path) -> RegisteredStack | None:
    """Read one file; None if another version wrote it, or if it has been removed meanwhile."""
    try:
        content = json.loads(file.read_text())
        signer = None if content["signer"] is None else TokenSigner(**content["signer"])
        services = None if content["services"] is None else Services(**content["services"])
        return RegisteredStack(content["websocket_url"], content["pid"], signer, services)
    except (OSError, ValueError, KeyError, TypeError):
        return None
