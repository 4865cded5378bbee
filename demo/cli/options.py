"""Command-line options that several commands share, checked before anything starts."""

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
    "DEFAULT_PORT",
    "add_agent",
    "add_port",
    "built_template",
    "free_port",
    "model_environment",
    "name_and_value",
    "template_parameters",
]

DEFAULT_PORT = 3001
"""The port that the documentation uses."""

_MAX_PORT = 65_535
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
"""Variables of the caller's environment that a model may need."""


def add_port(parser: argparse.ArgumentParser, details: str) -> None:
    """Add the option for the gateway's port."""
    parser.add_argument("--port", type=_port, help=f"the gateway's port, {details}")


def add_agent(parser: argparse.ArgumentParser) -> None:
    """Add the options for the agent and for other parameters of the template."""
    parser.add_argument("--agent", choices=["offline", *_MODEL_AGENTS], default="offline")
    parser.add_argument(
        "--parameter",
        type=name_and_value,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of template.yaml, such as ModelId=…; may be repeated",
    )


def free_port(requested: int | None, console: Console) -> int:
    """Return the requested port, else the default one; if that is taken, print so and return 0."""
    if requested is not None:
        return requested
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", DEFAULT_PORT)):
            return DEFAULT_PORT
    console.print(f"[yellow]Port {DEFAULT_PORT} is taken: this stack uses another one.[/]")
    return 0


def built_template(folder: Path) -> Path:
    """Return the path of the template that `sam build` wrote; raises `DemoError` if there is none."""
    template = folder / "template.yaml"
    if not template.is_file():
        raise DemoError(f"{folder} has no template.yaml; `make build` writes one to .aws-sam/build.")
    return template


def template_parameters(options: argparse.Namespace) -> dict[str, str]:
    """Return the template's parameters; raises `DemoError` if the model's id or SDK is missing."""
    parameters = {"Agent": options.agent, "AnalystPaceMs": "25", **dict(options.parameter)}
    agent = parameters["Agent"]
    if agent in _MODEL_AGENTS and not parameters.get("ModelId"):
        raise DemoError(f"The agent {agent} needs a model: --parameter ModelId=…, see docs/agents.md.")
    if agent in _MODEL_AGENTS and importlib.util.find_spec(_MODEL_SDK) is None:
        raise DemoError(f"{sys.prefix} has no {_MODEL_SDK}, which models need; `make chat` installs it.")
    return parameters


def model_environment(
    parameters: Mapping[str, str], given: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return the functions' variables: `given` and, if the agent is a model, the caller's credentials.

    Raises:
        DemoError: the model needs credentials and there are none.
    """
    agent = parameters["Agent"]
    if agent not in _MODEL_AGENTS:
        return dict(given)
    environment = {name: os.environ[name] for name in _PASSED_ON if os.environ.get(name)} | dict(given)
    if agent == "bedrock" and not environment.keys() & {"AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK"}:
        raise DemoError("The agent bedrock needs AWS_ACCESS_KEY_ID, or a bearer token, in the environment.")
    if agent == "openai" and not (parameters.get("OpenaiBaseUrl") or "OPENAI_API_KEY" in environment):
        raise DemoError("The agent openai needs OPENAI_API_KEY in the environment, or OpenaiBaseUrl.")
    return environment


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _MAX_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 (any free one) to {_MAX_PORT}")
    return int(text)


def name_and_value(text: str) -> tuple[str, str]:
    """Parse NAME=VALUE, for argparse."""
    name, found, value = text.partition("=")
    if not found or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
