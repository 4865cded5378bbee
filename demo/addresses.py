"""What runs where, and the commands to talk to it: what a stack that stays up prints."""

from rich.console import Console

from demo.conversation import ASSET_ID
from demo.stack import Stack

__all__ = ["show_addresses"]

_PYTHON = ".venv/bin/python"
_OPERATOR = f"PYTHONPATH=layers/threadcast {_PYTHON} -m threadcast"


def show_addresses(stack: Stack, console: Console) -> None:
    """Print every address, and commands that can be copied as they stand."""
    gateway = stack.gateway
    table = gateway.table_name("Table")
    rows = [
        ("WebSocket", gateway.websocket_url),
        ("@connections", gateway.management_url),
        ("Lambda", gateway.lambda_url),
        ("DynamoDB", f"{gateway.dynamodb_url}  table {table}"),
    ]
    for name, address in rows:
        console.print(f"{name:14}{address}", soft_wrap=True, markup=False)
    port = gateway.websocket_url.rsplit(":", 1)[1].split("/")[0]
    commands = [
        (
            "Talk to it from another terminal, as Ada (the token is good for twelve hours):",
            f"export THREADCAST_TOKEN={stack.token}",
            f"{_PYTHON} -m client --url {gateway.websocket_url} --asset metric {ASSET_ID}",
        ),
        (
            "See which assets there are:",
            f"{_OPERATOR} assets list --endpoint {gateway.dynamodb_url} --table {table}",
        ),
        ("Make a token for somebody else:", f'make -s token ARGS="--name Bob --port {port}"'),
    ]
    for what_for, *lines in commands:
        console.print(f"\n[dim]{what_for}[/]\n", soft_wrap=True)
        for line in lines:
            console.print(f"  {line}", soft_wrap=True, markup=False)
    console.print("\n[dim]Ctrl-C ends everything.[/]")
