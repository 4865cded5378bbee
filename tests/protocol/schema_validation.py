"""Validate frames and requests against the published JSON Schema."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA_FILE = Path(__file__).parents[2] / "docs/protocol.schema.json"
SCHEMA = json.loads(SCHEMA_FILE.read_text())

_FRAMES = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
_REQUESTS = _FRAMES.evolve(schema={"$ref": "#/$defs/Request", "$defs": SCHEMA["$defs"]})


def frame_errors(frame: Any) -> list[str]:
    """Return how a frame breaks the schema, once it is JSON; empty when it is valid."""
    return [error.message for error in _FRAMES.iter_errors(json.loads(json.dumps(frame)))]


def request_errors(message: Any) -> list[str]:
    """Return how a client's message breaks the schema; empty when it is valid."""
    return [error.message for error in _REQUESTS.iter_errors(message)]
