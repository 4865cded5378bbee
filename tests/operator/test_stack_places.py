"""Which table the command uses: of the stack on this machine, or of one on AWS."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.table.stack_places import Place, local_place, stack_place, stack_with_address

ALIVE: Callable[[int], bool] = lambda _: True  # noqa: E731 - a predicate


def register(checkout: Path, port: int, pid: int = 1, services: Any = True) -> None:
    """Register a stack as `make start` does."""
    folder = checkout / ".threadcast" / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    found = {"table": f"table-{port}", "dynamodb_url": f"http://127.0.0.1:{port + 1}", "functions": {}}
    content = {
        "websocket_url": f"ws://127.0.0.1:{port}/prod",
        "pid": pid,
        "signer": None,
        "services": found if services is True else services,
    }
    (folder / f"{port}.json").write_text(json.dumps(content), encoding="utf-8")


def place(port: int) -> Place:
    return Place(f"table-{port}", f"http://127.0.0.1:{port + 1}")


def test_the_only_stack_is_found_from_any_folder_of_the_checkout(tmp_path: Path) -> None:
    register(tmp_path, 3001)
    inside = tmp_path / "docs" / "more"
    inside.mkdir(parents=True)

    assert local_place(None, tmp_path, ALIVE) == local_place(None, inside, ALIVE) == place(3001)


def test_one_of_several_stacks_is_chosen_by_its_port(tmp_path: Path) -> None:
    register(tmp_path, 3001)
    register(tmp_path, 3002)

    assert local_place(3002, tmp_path, ALIVE) == place(3002)
    with pytest.raises(CommandFailed, match="choose one with --port: 3001, 3002"):
        local_place(None, tmp_path, ALIVE)


def test_a_stack_whose_process_has_ended_is_not_found(tmp_path: Path) -> None:
    register(tmp_path, 3001, pid=-1)
    register(tmp_path, 3002, pid=os.getpid())

    assert local_place(None, tmp_path, lambda pid: pid == os.getpid()) == place(3002)
    assert local_place(3002, tmp_path) == place(3002)
    with pytest.raises(CommandFailed, match="No stack runs on this machine on port 3001:"):
        local_place(3001, tmp_path, lambda pid: pid == os.getpid())


@pytest.mark.parametrize("services", [None, {}, []])
def test_a_registration_of_another_version_is_ignored(tmp_path: Path, services: Any) -> None:
    register(tmp_path, 3001, services=services)

    with pytest.raises(CommandFailed, match="No stack runs on this machine:"):
        local_place(None, tmp_path, ALIVE)


class CloudFormation:
    """Describes one stack with these outputs."""

    def __init__(self, **outputs: str) -> None:
        self._outputs = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        return {"Stacks": [{"StackName": StackName, "Outputs": self._outputs}]}

    def get_paginator(self, _operation: str) -> "CloudFormation":
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [{"Stacks": [{"StackName": "another"}]}, self.describe_stacks("threadcast")]


def test_the_table_of_a_stack_on_aws_is_its_output() -> None:
    cloudformation = CloudFormation(WebSocketUrl="wss://a", TableName="threadcast-Table-1")

    assert stack_place("threadcast", cloudformation) == Place("threadcast-Table-1", None)


def test_another_stack_is_reported() -> None:
    with pytest.raises(CommandFailed, match="The stack shop has no output TableName"):
        stack_place("shop", CloudFormation(Url="https://shop.example.com"))


def test_a_stack_is_found_by_its_address() -> None:
    cloudformation = CloudFormation(WebSocketUrl="wss://a.example.com/prod")

    assert stack_with_address("wss://a.example.com/prod", cloudformation) == "threadcast"
    with pytest.raises(CommandFailed, match=r"No stack has wss://b\.example\.com/prod as its output"):
        stack_with_address("wss://b.example.com/prod", cloudformation)
