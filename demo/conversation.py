"""The two turns of the demo: an asset without a prompt, then a question about it."""

from rich.console import Console

from threadcast_client import Connection, Turn
from threadcast_client.terminal_chat.renderer import Renderer

__all__ = ["ASSET_ID", "QUESTION", "converse"]

ASSET_ID = "4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4"
"""Electricity generated in Iowa, by source: `samples/iowa_electricity.yaml`."""

QUESTION = "How did renewables change from 2001 to 2017?"

TURN_TIMEOUT_S = 60.0


async def converse(url: str, token: str | None, console: Console) -> None:
    """Hold the conversation and show it as it comes; raises `ClientError` if a turn does not complete."""
    renderer = Renderer(console)
    async with Connection(url, token) as connection:
        console.rule("[bold]1. The asset, handed over without a prompt[/]")
        handed_over = await connection.post(asset_id=ASSET_ID, asset_type="metric_file")
        await _show(handed_over, renderer)
        console.rule("[bold]2. A question about it[/]")
        await _show(await connection.post(QUESTION, chat_id=handed_over.chat_id), renderer)


async def _show(turn: Turn, renderer: Renderer) -> None:
    async for frame in turn:
        renderer.show(frame)
    await turn.result(TURN_TIMEOUT_S)
