"""Write `former_release.json`: `python -m tests.upgrade.write_snapshot COMMIT`, at each release.

Runs the functions of the former release, at COMMIT, in the local gateway, and stores what they have written:
the table's items, the payload with which `post_thread` invokes `run_turn`, and each chat as that release
returned it.
"""

import asyncio
import base64
import json
import re
import secrets
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import jwt

from local_gateway import Gateway, running_gateway
from tests.http_server import Answer, http_server
from threadcast_client import Connection, Turn

__all__ = ["SNAPSHOT", "USER"]

ROOT = Path(__file__).parents[2]
SNAPSHOT = Path(__file__).parent / "former_release.json"
ASSET = "4dde4c37-f6a8-4a7d-bb59-bb61911ef2e4"
USER = {
    "sub": "a11ce000-0000-4000-8000-000000000001",
    "name": "Alice",
    "iss": "threadcast",
    "aud": "threadcast",
}
QUESTION = "How did renewables change from 2001 to 2017?"
_SAMPLE = "iowa_electricity*"


def main(commit: str) -> None:
    """Run the release at this commit and write the snapshot."""
    with tempfile.TemporaryDirectory() as folder:
        release = Path(folder)
        archive = subprocess.run(
            ["git", "archive", commit],  # noqa: S607 - whichever git there is
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            files.extractall(release, filter="data")
        written = {"commit": commit, **_written_by(release)}
    SNAPSHOT.write_text(json.dumps(written, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _written_by(release: Path) -> dict[str, Any]:
    secret = secrets.token_hex(32)
    parameters = {"TokenSecret": secret, "AnalystPaceMs": "60"}
    with running_gateway(release / "template.yaml", parameters) as gateway:
        _load_sample(release, gateway)
        chats = asyncio.run(_converse(gateway, secret))
        running = _items(gateway)
    with (
        http_server(lambda _: Answer(202)) as runner,
        running_gateway(
            release / "template.yaml", parameters, {"AWS_ENDPOINT_URL_LAMBDA": runner.url}
        ) as gateway,
    ):
        asyncio.run(_open_only(gateway, secret))
        unclaimed = [item for item in _items(gateway) if item["pk"]["S"].startswith("CHAT#")]
        handoff = json.loads(runner.requests[-1].body)
    return {"items": [*running, *unclaimed], "chats": chats, "handoff": handoff}


def _load_sample(release: Path, gateway: Gateway) -> None:
    """Load one asset by the release's own command."""
    folder = release / "one-sample"
    folder.mkdir()
    for file in (release / "samples").glob(_SAMPLE):
        (folder / file.name).write_bytes(file.read_bytes())
    command = [sys.executable, "-m", "threadcast", "assets", "load", str(folder), "--owner", USER["sub"]]
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(release / "layers" / "threadcast"),
        "TABLE_NAME": gateway.table_name("Table"),
        **gateway.client_environment,
    }
    endpoint = ["--endpoint", str(gateway.dynamodb_url)]
    subprocess.run([*command, *endpoint], env=environment, check=True)


def _connection(gateway: Gateway, secret: str) -> Connection:
    token = jwt.encode({**USER, "exp": time.time() + 3600}, secret, algorithm="HS256")
    return Connection(gateway.websocket_url, token, timeout_s=60)


async def _converse(gateway: Gateway, secret: str) -> dict[str, Any]:
    """Leave two finished chats, one with a replaced message, and a turn that runs; return the former."""
    async with _connection(gateway, secret) as connection:
        opened = await (await connection.post(asset_id=ASSET, asset_type="metric_file")).result()
        asked = await (await connection.post(QUESTION, chat_id=opened["id"])).result()
        await (await connection.post("And in 2001?", chat_id=opened["id"])).result()
        replaced = asked["message_ids"][1]
        await (await connection.post("Hello?", chat_id=opened["id"], message_id=replaced)).result()
        other = await (await connection.post("Hello?")).result()
        chats = {id_: await connection.get(id_) for id_ in (opened["id"], other["id"])}
        turn = await connection.post(QUESTION, asset_id=ASSET, asset_type="metric_file")
        await _wait_for_claim(gateway, turn)
    return chats


async def _wait_for_claim(gateway: Gateway, turn: Turn) -> None:
    """Return while the turn runs, once its runner has claimed it."""
    async for _ in turn:
        found = [item for item in _items(gateway) if item["pk"]["S"] == f"CHAT#{turn.chat_id}"]
        if any("claim" in item.get("running_turn", {}).get("M", {}) for item in found):
            return
    raise AssertionError("the turn has ended before its claim was seen")


async def _open_only(gateway: Gateway, secret: str) -> None:
    """Open a turn whose handoff is recorded and not run."""
    async with _connection(gateway, secret) as connection:
        await anext(await connection.post("Why is the sky blue?"))


def _items(gateway: Gateway) -> list[Mapping[str, Any]]:
    """Return every item, binary attributes as base64."""
    table = gateway.table_name("Table")
    client = boto3.client(
        "dynamodb",
        endpoint_url=gateway.dynamodb_url,
        region_name=gateway.client_environment["AWS_REGION"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    found = [item for page in pages for item in page["Items"]]
    client.close()
    return [
        {
            name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
            for name, value in item.items()
        }
        for item in found
    ]


if __name__ == "__main__":
    if len(sys.argv) != 2 or not re.fullmatch(r"[0-9a-f]{7,40}", sys.argv[1]):
        sys.exit(__doc__)
    main(sys.argv[1])
