"""The whole system on this machine with the samples loaded, as a context manager."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from demo.visitor import VISITOR, token_for
from local_gateway import Gateway, running_gateway

__all__ = ["SAMPLES", "Stack", "running_stack"]

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
TOKEN_LIFETIME_S = 12 * 3600


@dataclass(frozen=True, slots=True)
class Stack:
    """A running system, and a token for its one user."""

    gateway: Gateway
    token: str


@contextmanager
def running_stack(
    console: Console,
    parameters: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    port: int = 0,
) -> Iterator[Stack]:
    """Start everything from `template.yaml` with a secret of this run's own; end it on leaving.

    `parameters` are the template's, `environment` goes to every function, `port` 0 is any free one.
    """
    secret = secrets.token_urlsafe(48)
    console.print("[bold]Threadcast[/] [dim]starting from template.yaml …[/]")
    with running_gateway(
        ROOT / "template.yaml",
        parameters={"TokenSecret": secret, **parameters},
        environment=environment or {},
        port=port,
    ) as gateway:
        console.print(f"[dim]{_load_samples(gateway)}[/]")
        yield Stack(gateway, token_for(VISITOR, secret, TOKEN_LIFETIME_S))


def _load_samples(gateway: Gateway) -> str:
    """Load the sample assets as an operator would, by the same command; what it said last."""
    command = [sys.executable, "-m", "threadcast", "assets", "load", str(SAMPLES), "--owner", VISITOR.id]
    environment = os.environ | gateway.client_environment | {"TABLE_NAME": gateway.table_name("Table")}
    loaded = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)  # noqa: S603 - our own command
    if loaded.returncode:
        raise SystemExit(f"The samples could not be loaded:\n{loaded.stderr}")
    return loaded.stdout.strip().splitlines()[-1]
