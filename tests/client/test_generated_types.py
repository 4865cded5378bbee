"""The clients' generated types."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from threadcast_client.protocol.frames import PAYLOADS
from threadcast_client.protocol.generated_types import ErrorFrame, EventName, Frame

CLIENTS = Path(__file__).parents[2] / "clients"


def _generator(client: str = "python") -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"generate_protocol_types_of_{client}", CLIENTS / client / "generate_protocol_types.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("client", ["python", "typescript"])
def test_the_types_are_those_that_the_script_writes_from_the_schema(client: str) -> None:
    generator = _generator(client)

    written = generator.protocol_types(json.loads(generator.SCHEMA.read_text()))

    assert generator.TARGET.read_text() == written


def test_closed_choices_of_a_union_become_one_literal() -> None:
    schema = {
        "$defs": {
            "Role": {"enum": ["owner", "viewer"], "type": "string"},
            "Sharing": {"anyOf": [{"$ref": "#/$defs/Role"}, {"const": "none"}, {"type": "null"}]},
            "Opened": {"description": "One.", "properties": {"event": {"const": "opened"}}},
            "Frame": {"anyOf": [{"$ref": "#/$defs/Opened"}]},
        }
    }

    source = _generator().protocol_types(schema)

    assert 'Sharing: TypeAlias = Literal["owner", "viewer", "none"] | None\n' in source
    assert 'EventName: TypeAlias = Literal["opened"]\n' in source


def test_the_frame_checker_knows_the_payload_of_every_event() -> None:
    frames = [frame for frame in get_args(Frame) if frame is not ErrorFrame]
    payloads = {
        event: frame.__annotations__["payload"]
        for frame in frames
        for event in get_args(frame.__annotations__["event"])
    }

    assert set(PAYLOADS) == set(get_args(EventName))
    assert {event: payload for event, payload in PAYLOADS.items() if payload is not None} == payloads
