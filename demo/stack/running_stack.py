"""The whole system on this machine with the samples loaded, as a context manager."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from demo.cli.exit_status import uninterrupted
from demo.errors import DemoError
from demo.stack.demo_user import DEMO_USER, ORGANIZATION_ID
from demo.stack.registry import Run, Services, recorded
from demo.stack.token_signer import signer_for
from local_gateway import Gateway, LambdaSettings, LogLine, running_gateway

__all__ = ["SAMPLES", "TEMPLATE", "Stack", "running_stack"]

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
TEMPLATE = ROOT / "template.yaml"


@dataclass(frozen=True, slots=True)
class Stack:
    """A running system, and a token for the owner of its samples; None where nobody here can sign one."""

    gateway: Gateway
    token: str | None


@contextmanager
def running_stack(
    console: Console,
    parameters: Mapping[str, str],
    *,
    template: Path = TEMPLATE,
    environment: Mapping[str, str] | None = None,
    port: int = 0,
    functions: LambdaSettings | None = None,
    log_sink: Callable[[LogLine], None] | None = None,
) -> Iterator[Stack]:
    """Start everything from the template with a secret of this run's own; end it on leaving.

    `parameters` are the template's, `environment` goes to every function, `port` 0 is any free one,
    `log_sink` gets what the functions log. A TokenSecret among the parameters is used instead.

    Raises:
        GatewayError: something did not start.
        DemoError: the samples could not be loaded.
        KeyboardInterrupt: once everything is up, where Ctrl-C was pressed meanwhile.
    """
    given = {"TokenSecret": secrets.token_urlsafe(48), **parameters}
    closing = ExitStack()
    try:
        with uninterrupted():
            console.print("[bold]Threadcast[/] [dim]starting from template.yaml …[/]")
            gateway = closing.enter_context(
                running_gateway(
                    template,
                    parameters=given,
                    environment=environment or {},
                    port=port,
                    functions=functions,
                    log_sink=log_sink,
                )
            )
            signer = signer_for(gateway)
            run = Run(gateway.websocket_url, os.getpid(), signer, _services(gateway))
            closing.enter_context(recorded(run))
            console.print(f"[dim]{_load_samples(gateway)}[/]")
        yield Stack(gateway, None if signer is None else signer.token(DEMO_USER))
    finally:
        with uninterrupted():
            closing.close()


def _services(gateway: Gateway) -> Services:
    functions = {name: function.name for name, function in gateway.stack.functions.items()}
    return Services(gateway.lambda_url, str(gateway.dynamodb_url), gateway.table_name("Table"), functions)


def _load_samples(gateway: Gateway) -> str:
    """Load the sample assets as an operator would, by the same command; what it said last."""
    whose = ["--owner", DEMO_USER.id, "--owner-organization", ORGANIZATION_ID]
    command = [sys.executable, "-m", "threadcast", "assets", "load", str(SAMPLES), *whose]
    found_in = {"TABLE_NAME": gateway.table_name("Table")}
    environment = os.environ | gateway.client_environment | found_in
    loaded = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)  # noqa: S603 - our own command
    if loaded.returncode:
        raise DemoError(f"The samples could not be loaded: {(loaded.stdout + loaded.stderr).strip()}")
    return loaded.stdout.strip().splitlines()[-1]
