"""`make chat` with a model: select an asset and chat, through a pipe."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.model_agent.agent_runs import ENDPOINTS
from tests.model_agent.scripted_model import ModelRequest, Piece, Say, Use

ROOT = Path(__file__).parents[2]
COUNT = "SELECT count(*) AS n FROM iowa_electricity_generation_by_source"
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}


def counting(request: ModelRequest) -> Sequence[Piece]:
    """Reply as a model that counts the rows."""
    if request.is_title_request:
        return (Say("Rows ", "counted"),)
    if request.results:
        return (Say("The result is ", request.results[0].splitlines()[-1]),)
    return (Use("query_data", {"sql": COUNT, "purpose": "How many"}),)


def test_make_chat_uses_the_chosen_model(endpoint: str) -> None:
    server, _ = ENDPOINTS[endpoint]
    with server(counting) as model:
        place = {"bedrock": [], "openai": ["--parameter", f"OpenaiBaseUrl={model.url}"]}[endpoint]
        chosen = ["--agent", endpoint, "--parameter", "ModelId=m", *place]
        done = subprocess.run(
            [sys.executable, "-m", "demo.chat", *chosen],
            input="2\nHow many rows are there?\n",
            cwd=ROOT,
            env={**os.environ, **KEYS, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": model.url},
            capture_output=True,
            text=True,
            check=False,
            timeout=500,
        )

    assert done.returncode == 0, done.stderr
    for shown in ("Rows counted", "Queried the data", "The result is [51]"):
        assert shown in done.stdout
