"""Prompted turns with a scripted model: one printed frame by frame, many measured."""

import json
import time
import uuid
from collections.abc import Sequence
from statistics import median, quantiles
from threading import Event
from typing import Any

from tests.e2e.local_stack import Person, Stack, sample, samples
from tests.model_agent.scripted_model import ModelRequest, Piece, Say, Think, Tokens, Use
from threadcast.adapters.dynamodb import DynamoAssetStore
from threadcast.adapters.model_agent.prompting.messages import model_input
from threadcast.adapters.model_agent.usage.turn_limits import ModelLimits
from threadcast.assets.kinds import load_context
from threadcast.assets.query.sql_tables import tables_of
from threadcast.domain.user import User
from threadcast.ports import AgentTask

__all__ = ["analyst", "context_table", "first_words", "one_turn"]

IOWA = sample("iowa_electricity").asset
TABLE = "iowa_electricity_generation_by_source"
RENEWABLES = f"SELECT year, net_generation FROM {TABLE} WHERE source = 'Renewables'"  # noqa: S608 - made of names
USES = (
    Use("query_data", {"sql": f"{RENEWABLES} ORDER BY year DESC LIMIT 1", "purpose": "The last year"}, "a"),
    Use(
        "create_metric",
        {
            "name": "Renewables in Iowa",
            "description": "Net generation from renewable sources.",
            "sql": RENEWABLES,
            "chart": "line",
            "x": "year",
            "y": ["net_generation"],
        },
        "b",
    ),
)
PROMPT = "How much came from renewables at last? Keep them as a metric."
WARM_UP = 3
EMPTY_EVERY = 10
_SHOWN = 88


def analyst(request: ModelRequest) -> Sequence[Piece]:
    """Reply with a thought, a query and a metric, then with the answer."""
    if request.is_title_request:
        return (Say("Iowa's ", "renewables"), Tokens(150, 6))
    if request.results:
        return (Say("In 2017 ", "it was ", "21,933 GWh."), Tokens(300, 18, cached=2_400))
    return (Think("The last year, ", "then a metric."), *USES, Tokens(2_700, 90))


async def one_turn(person: Person) -> None:
    """Print every frame of one turn with the milliseconds since its request."""
    async with person.connect() as connection:
        began_s = time.perf_counter()
        turn = await connection.post(PROMPT, asset_id=IOWA.id, asset_type="metric_file")
        print("A prompted turn, the first of its stack: nothing is loaded yet\n\n       ms  event")
        async for frame in turn:
            line = f"{frame['event']:27} {_payload(frame)}"
            print(f"{(time.perf_counter() - began_s) * 1000:9.1f}  {line[: _SHOWN + 28]}")
    print()


async def first_words(stack: Stack, turns: int) -> None:
    """Print how long warm turns take to their first frame, their first token and their last frame."""
    person = stack.new_person()
    took: dict[str, list[float]] = {"first frame": [], "first token": [], "last frame": []}
    async with person.connect() as connection:
        for number in range(WARM_UP + turns):
            if number % EMPTY_EVERY == 0:
                stack.empty()
            began_s = time.perf_counter()
            at_ms: dict[str, float] = {}
            asset = {"asset_id": IOWA.id, "asset_type": "metric_file", "request_id": str(uuid.uuid4())}
            async for frame in await connection.post("How much in 2017?", **asset):
                now_ms = (time.perf_counter() - began_s) * 1000
                at_ms.setdefault("first frame", now_ms)
                if frame["event"] in {"generatingReasoningMessage", "generatingResponseMessage"}:
                    at_ms.setdefault("first token", now_ms)
                at_ms["last frame"] = now_ms
            for name, ms in at_ms.items():
                took[name] += [ms] if number >= WARM_UP else []
    print(f"{turns} warm turns, a model that takes no time    median ms   p90 ms   max ms")
    for name, each in took.items():
        cuts = quantiles(each, n=10, method="inclusive")
        print(f"  until the {name:32} {cuts[4]:11.1f} {cuts[8]:8.1f} {max(each):8.1f}")
    print()


def context_table(stack: Stack, runs: int) -> None:
    """Print the time to load an asset's context and to describe it for a model."""
    person = stack.new_person()
    store = DynamoAssetStore(stack.table)
    print(f"context of an asset, {runs} times each      rows   median ms   max ms")
    for name, file in samples().items():
        rows, took = 0, []
        for _ in range(WARM_UP + runs):
            began_s = time.perf_counter()
            asset, _role = store.find([file.asset.id], (person.principal,))[file.asset.id]
            context = load_context(asset, store, (person.principal,))
            task = AgentTask(PROMPT, User(person.id, "Alice"), (), context, wants_title=True, stop=Event())
            tables = tables_of(context)
            model_input(task, tables, ModelLimits())
            took.append((time.perf_counter() - began_s) * 1000)
            rows = sum(len(table.table.rows) for table in tables)
        print(f"  {name:35} {rows:8,} {median(took[WARM_UP:]):11.1f} {max(took[WARM_UP:]):8.1f}")
    print()


def _payload(frame: dict[str, Any]) -> str:
    """What a frame says, without ids."""
    payload = frame["payload"] or frame["error"]
    match frame["event"]:
        case "initializeChat" | "complete":
            (message,) = payload["messages"].values()
            parts = f"{len(message['reasoning_messages'])} steps, {len(message['response_messages'])} parts"
            return f"“{payload['title']}”, {parts}"
        case "generatingTitle":
            return f"{payload['progress']}: {payload['title_chunk'] or payload['title']}"
        case "generatingReasoningMessage":
            return _part(payload["reasoning"])
        case "generatingResponseMessage":
            return _part(payload["response_message"])
        case _:
            return json.dumps(payload)


def _part(part: dict[str, Any]) -> str:
    if part["type"] == "file":
        return f"file: {part['file_name']} ({part['file_type']})"
    if "message_chunk" in part:
        text = f"+ {part['message_chunk']!r}" if part["message_chunk"] else f"= {part['message']!r}"
        return f"text {part.get('status', '')}: {text}".replace(" :", ":")
    found = [pill["text"] for box in part.get("pill_containers", ()) for pill in box["pills"]]
    made = [file["file_name"] for file in part.get("files", {}).values()]
    took = f" ({part['secondary_title']})" if part["secondary_title"] else ""
    return f"{part['type']} {part['status']}: {part['title']}{took}; {', '.join((*found, *made))}".rstrip(
        "; "
    )
