"""The addresses of a running stack, and commands that use it."""

from rich.console import Console

from demo.cli.scripted_conversation import ASSET_ID
from demo.stack.running_stack import Stack

__all__ = ["show_addresses"]

_CHAT = ".venv/bin/threadcast-chat"
_OPERATOR = ".venv/bin/threadcast"


def show_addresses(stack: Stack, console: Console) -> None:
    """Print every address, and commands that can be copied unchanged."""
    gateway = stack.gateway
    table = gateway.table_name("Table")
    rows = [
        *([("Web page", stack.page_url)] if stack.page_url else []),
        ("WebSocket", gateway.websocket_url),
        ("@connections", gateway.management_url),
        ("Lambda", gateway.lambda_url),
        ("DynamoDB", f"{gateway.dynamodb_url}  table {table}"),
    ]
    for name, address in rows:
        console.print(f"{name:14}{address}", soft_wrap=True, markup=False)
    for purpose, *lines in _commands(stack):
        console.print(f"\n[dim]{purpose}[/]\n", soft_wrap=True)
        for line in lines:
            console.print(f"  {line}", soft_wrap=True, markup=False)
    console.print("\n[dim]Ctrl-C ends everything.[/]")


def _commands(stack: Stack) -> list[tuple[str, ...]]:
    gateway = stack.gateway
    port = gateway.websocket_url.rsplit(":", 1)[1].split("/")[0]
    chat = f"{_CHAT} --url {gateway.websocket_url} --asset metric {ASSET_ID}"
    assets = f"{_OPERATOR} assets list --port {port}"
    if stack.token is None:
        connect = ("Chat from another terminal, with a token of your identity provider:", chat)
        return [connect, ("List the assets:", assets)]
    return [
        (
            "Chat from another terminal as Ada (the token is valid for twelve hours):",
            f"export THREADCAST_TOKEN={stack.token}",
            chat,
        ),
        ("List the assets:", assets),
        ("Print a token of another user:", f'make -s token ARGS="--name Bob --port {port}"'),
    ]
