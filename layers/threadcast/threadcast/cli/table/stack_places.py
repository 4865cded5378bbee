"""Finds the table of a stack: of the one that runs on this machine, or of one on AWS."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from threadcast.cli.command_failed import CommandFailed

__all__ = ["Place", "is_running", "local_place", "stack_place", "stack_with_address"]

_REGISTRY = Path(".threadcast", "runs")
_NONE_RUNS = (
    "No stack runs on this machine{where}: `make start` or `make demo` starts one, and this command finds it "
    "from any folder of the checkout. On AWS, give --stack NAME."
)


@dataclass(frozen=True, slots=True)
class Place:
    """A table and the address of its DynamoDB; None for AWS's own."""

    table: str
    endpoint: str | None


def is_running(pid: int) -> bool:
    """Return whether a process of this user with this id runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of another user
        return False
    return True


def local_place(port: int | None, folder: Path, runs: Callable[[int], bool] = is_running) -> Place:
    """Return the table of the stack on this port; None: of the only one.

    Stacks are registered in the checkout that holds `folder`. Raises `CommandFailed` if there is none, or
    several.
    """
    running = [stack for stack in _registered(folder) if runs(stack.pid)]
    found = {stack.port: stack.place for stack in running if port in (None, stack.port)}
    if not found:
        raise CommandFailed(_NONE_RUNS.format(where="" if port is None else f" on port {port}"))
    if len(found) > 1:
        ports = ", ".join(map(str, sorted(found)))
        raise CommandFailed(f"Several stacks run on this machine; choose one with --port: {ports}.")
    return next(iter(found.values()))


def stack_place(name: str, cloudformation: Any) -> Place:
    """Return the table of a stack on AWS, from its outputs; raises `CommandFailed` if it has none."""
    outputs = _outputs(cloudformation.describe_stacks(StackName=name)["Stacks"][0])
    if "TableName" not in outputs:
        raise CommandFailed(f"The stack {name} has no output TableName: it is not one of Threadcast's.")
    return Place(outputs["TableName"], None)


def stack_with_address(url: str, cloudformation: Any) -> str:
    """Return the name of the stack on AWS whose output WebSocketUrl is this; raises `CommandFailed`."""
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            if _outputs(stack).get("WebSocketUrl") == url:
                return str(stack["StackName"])
    raise CommandFailed(f"No stack has {url} as its output WebSocketUrl.")


def _outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


@dataclass(frozen=True, slots=True)
class _RegisteredStack:
    port: int
    pid: int
    place: Place


def _registered(folder: Path) -> Iterator[_RegisteredStack]:
    """Yield the stacks in the nearest registry, in this folder or in one that contains it."""
    for parent in (folder, *folder.parents):
        if (parent / _REGISTRY).is_dir():
            for file in sorted((parent / _REGISTRY).glob("*.json")):
                yield from _read(file)
            return


def _read(file: Path) -> list[_RegisteredStack]:
    """Read one file; empty if another version wrote it, or if it has been removed meanwhile."""
    try:
        content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        services = content["services"]
        place = Place(services["table"], services["dynamodb_url"])
        port = urlsplit(content["websocket_url"]).port
        return [] if port is None else [_RegisteredStack(port, content["pid"], place)]
    except (OSError, ValueError, KeyError, TypeError):
        return []
