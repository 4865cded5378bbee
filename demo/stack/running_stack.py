"""Runs everything from the template with the samples loaded."""

import logging
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from demo.cli.exit_status import deferred_signals
from demo.errors import DemoError
from demo.stack.demo_user import DEMO_USER, ORGANIZATION_ID
from demo.stack.page import ServedPage, temporary_folder
from demo.stack.registry import RegisteredStack, Services, registered
from demo.stack.token_secret import SECRET_FROM_ENVIRONMENT, own_secret
from demo.stack.token_signer import signer_of
from local_gateway import Gateway, LambdaSettings, LogLine, running_gateway

__all__ = ["SAMPLES", "TEMPLATE", "Stack", "running_stack"]

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
TEMPLATE = ROOT / "template.yaml"


@dataclass(frozen=True, slots=True)
class Stack:
    """A running gateway, and a token of Ada; None if an identity provider signs the tokens.

    `page_url` is the web page's address, with the key of the demo users' tokens; None without a page.
    """

    gateway: Gateway
    token: str | None
    page_url: str | None = None


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
    allow_origins: Collection[str] = (),
    page: Path | None = None,
) -> Iterator[Stack]:
    """Start everything from the template with a new secret; stop it at the end of the block.

    `parameters` are the template's. Every function gets `environment` and TOKEN_SECRET: the caller's own,
    else a new one. `port` 0 is any free port. `log_sink` receives the functions' log lines. Web pages of
    `allow_origins` may connect. `page` is the folder of the built web page, served beside the socket.

    Raises:
        GatewayError: something did not start.
        DemoError: TOKEN_SECRET is too short, or the samples could not be loaded.
        KeyboardInterrupt: Ctrl-C was pressed during the start; raised once everything has started.
    """
    # What it leaves out of template.yaml is the same in every run; docs/local-gateway.md says what that is.
    log = logging.getLogger("local_gateway.template")
    secret = own_secret() or secrets.token_urlsafe(48)
    closing = ExitStack()
    closing.callback(log.setLevel, log.level)
    log.setLevel(logging.ERROR)
    try:
        with deferred_signals():
            console.print("[bold]Threadcast[/] [dim]starting from template.yaml …[/]")
            served = None if page is None else ServedPage(page, closing.enter_context(temporary_folder()))
            gateway = closing.enter_context(
                running_gateway(
                    template,
                    parameters={**SECRET_FROM_ENVIRONMENT, **parameters},
                    environment={**(environment or {}), "TOKEN_SECRET": secret},
                    port=port,
                    functions=functions,
                    log_sink=log_sink,
                    allow_origins=allow_origins,
                    static=None if served is None else served.folder,
                )
            )
            signer = signer_of(gateway, secret)
            registration = RegisteredStack(gateway.websocket_url, os.getpid(), signer, _services(gateway))
            closing.enter_context(registered(registration))
            console.print(f"[dim]{_load_samples(gateway)}[/]")
        page_url = None if served is None else served.admit_demo_users(gateway, signer)
        yield Stack(gateway, None if signer is None else signer.sign(DEMO_USER), page_url)
    finally:
        with deferred_signals():
            closing.close()


def _services(gateway: Gateway) -> Services:
    functions = {name: function.name for name, function in gateway.stack.functions.items()}
    return Services(gateway.lambda_url, str(gateway.dynamodb_url), gateway.table_name("Table"), functions)


def _load_samples(gateway: Gateway) -> str:
    """Load the sample assets by the operator's command; return the last line that it prints."""
    owner = ["--owner", DEMO_USER.id, "--owner-organization", ORGANIZATION_ID]
    command = [sys.executable, "-m", "threadcast", "assets", "load", str(SAMPLES), *owner]
    table = {"TABLE_NAME": gateway.table_name("Table")}
    environment = os.environ | gateway.client_environment | table
    loaded = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)  # noqa: S603 - our own command
    if loaded.returncode:
        raise DemoError(f"The samples could not be loaded: {(loaded.stdout + loaded.stderr).strip()}")
    return loaded.stdout.strip().splitlines()[-1]
