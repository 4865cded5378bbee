"""`make demo`: start everything from the template, load sample assets, hold a conversation, stay up."""

import argparse
import asyncio
import os
import secrets
import signal
import subprocess
import sys
import threading
from pathlib import Path

from rich.console import Console

from client import ClientError
from demo.conversation import converse
from demo.visitor import VISITOR, token_for
from local_gateway import Gateway, running_gateway

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
TOKEN_LIFETIME_S = 12 * 3600


def main() -> int:
    """Run the demo; 0 only if both turns of the conversation ended in `complete`."""
    options = _options()
    console = Console(highlight=False)
    secret = secrets.token_urlsafe(48)
    parameters = {"TokenSecret": secret, "AnalystPaceMs": str(options.pace_ms)}
    console.print("[bold]Threadcast[/] [dim]starting from template.yaml …[/]")
    with running_gateway(ROOT / "template.yaml", parameters=parameters, port=options.port) as gateway:
        _load_samples(gateway, console)
        token = token_for(VISITOR, secret, TOKEN_LIFETIME_S)
        try:
            asyncio.run(converse(gateway.websocket_url, token, console))
        except ClientError as error:
            console.print(f"[bold red]The conversation failed:[/] {error}")
            return 1
        if not options.once:
            _stay_up(gateway, token, console)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the conversation")
    parser.add_argument("--port", type=int, default=0, help="port of the gateway (default: any free one)")
    parser.add_argument("--pace-ms", type=int, default=25, help="the analyst's pause between words")
    return parser.parse_args()


def _load_samples(gateway: Gateway, console: Console) -> None:
    """Load the sample assets as an operator would, by the same command."""
    command = [sys.executable, "-m", "threadcast", "assets", "load", str(SAMPLES), "--owner", VISITOR.id]
    environment = os.environ | gateway.client_environment | {"TABLE_NAME": gateway.table_name("Table")}
    loaded = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)  # noqa: S603
    if loaded.returncode:
        raise SystemExit(f"The samples could not be loaded:\n{loaded.stderr}")
    console.print(f"[dim]{loaded.stdout.strip().splitlines()[-1]}[/]")


def _stay_up(gateway: Gateway, token: str, console: Console) -> None:
    console.rule("[bold]Still up[/]")
    console.print("WebSocket     ", gateway.websocket_url, style="bold")
    console.print("@connections  ", gateway.management_url)
    console.print("Lambda        ", gateway.lambda_url)
    console.print("DynamoDB      ", gateway.dynamodb_url, f"  table {gateway.table_name('Table')}")
    console.print("\nTalk to it from another terminal (the token is good for twelve hours):\n")
    print(f"  .venv/bin/python -m client --url {gateway.websocket_url} --token {token}\n")  # noqa: T201 - to copy
    console.print("[dim]Ctrl-C ends everything.[/]")
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    done.wait()


if __name__ == "__main__":
    raise SystemExit(main())
