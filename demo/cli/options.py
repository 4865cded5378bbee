"""What the demo's commands take, checked before anything starts."""

import argparse
import importlib.util
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from rich.console import Console

from demo.errors import DemoError

__all__ = [
    "USUAL_PORT",
    "add_agent",
    "add_port",
    "built_template",
    "free_port",
    "model_environment",
    "pair",
    "template_parameters",
]

USUAL_PORT = 3001
"""The port that the documentation speaks of."""

_MAX_PORT = 65_535
_MIN_SECRET_BYTES = 32
_MODEL_AGENTS = ("bedrock", "openai")
_MODEL_SDK = "strands"
_PASSED_ON = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    "OPENAI_API_KEY",
)
"""What a model may need of the caller's environment."""


def add_port(parser: argparse.ArgumentParser, what: str) -> None:
    """Let a command take the gateway's port."""
    parser.add_argument("--port", type=_port, help=f"the gateway's port, {what}")


def add_agent(parser: argparse.ArgumentParser) -> None:
    """Let a command take who answers, and the template's other parameters."""
    parser.add_argument("--agent", choices=["offline", *_MODEL_AGENTS], default="offline")
    parser.add_argument(
        "--parameter",
        type=pair,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of template.yaml, such as ModelId=…; may be repeated",
    )


def free_port(asked: int | None, console: Console) -> int:
    """Return the port that was asked for, else the usual one; where that is taken say so and return 0."""
    if asked is not None:
        return asked
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", USUAL_PORT)):
            return USUAL_PORT
    console.print(f"[yellow]Port {USUAL_PORT} is taken, so this stack gets another one.[/]")
    return 0


def built_template(folder: Path) -> Path:
    """Return the template that `sam build` left in a folder; raises `DemoError` if it is not there."""
    template = folder / "template.yaml"
    if not template.is_file():
        raise DemoError(f"{folder} holds no template.yaml; `make build` makes one in .aws-sam/build.")
    return template


def template_parameters(options: argparse.Namespace) -> dict[str, str]:
    """Return what `add_agent` took; raises `DemoError` for a model that can't be asked."""
    parameters = {"Agent": options.agent, "AnalystPaceMs": "25", **_own_secret(), **dict(options.parameter)}
    agent = parameters["Agent"]
    if agent in _MODEL_AGENTS and not parameters.get("ModelId"):
        raise DemoError(f"The agent {agent} needs a model: --parameter ModelId=…, see docs/agents.md.")
    if agent in _MODEL_AGENTS and importlib.util.find_spec(_MODEL_SDK) is None:
        raise DemoError(f"{sys.prefix} has no {_MODEL_SDK}, which models need; `make chat` installs it.")
    return parameters


def _own_secret() -> dict[str, str]:
    """Return the secret that the caller's environment gives, where a command line would show it to others."""
    secret = os.environ.get("TOKEN_SECRET", "")
    if secret and len(secret.encode()) < _MIN_SECRET_BYTES:
        raise DemoError(f"TOKEN_SECRET must have at least {_MIN_SECRET_BYTES} bytes.")
    return {"TokenSecret": secret} if secret else {}


def model_environment(
    parameters: Mapping[str, str], given: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return `given` for the functions and, where a model answers, the keys of the caller's environment.

    Raises:
        DemoError: a model that needs keys got none.
    """
    agent = parameters["Agent"]
    if agent not in _MODEL_AGENTS:
        return dict(given)
    environment = {name: os.environ[name] for name in _PASSED_ON if os.environ.get(name)} | dict(given)
    if agent == "bedrock" and not environment.keys() & {"AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK"}:
        raise DemoError("The agent bedrock needs AWS_ACCESS_KEY_ID and its like in the environment.")
    if agent == "openai" and not (parameters.get("OpenaiBaseUrl") or "OPENAI_API_KEY" in environment):
        raise DemoError("The agent openai needs OPENAI_API_KEY in the environment, or OpenaiBaseUrl.")
    return environment


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _MAX_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 (any free one) to {_MAX_PORT}")
    return int(text)


def pair(text: str) -> tuple[str, str]:
    """Take NAME=VALUE apart, for argparse."""
    name, found, value = text.partition("=")
    if not found or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
