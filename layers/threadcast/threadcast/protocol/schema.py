"""The JSON Schema of the protocol, generated from its TypedDicts.

`python -m threadcast.protocol.schema >docs/protocol.schema.json` writes the published file.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any, Final, Union

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from threadcast.protocol.routes import TABLE
from threadcast.protocol.types.frame_types import TURN_FRAMES, ErrorFrame

__all__ = ["FRAMES", "protocol_schema", "schema_text"]

_REPLIES = (reply.frame for route in TABLE for reply in route.replies)
FRAMES: Final[tuple[type, ...]] = (*TURN_FRAMES, *dict.fromkeys(_REPLIES), ErrorFrame)
"""Every kind of frame."""

_DESCRIPTION = (
    "A frame from the server is valid against this schema, a request from a client against #/$defs/Request. "
    "Later versions may add events and keys: ignore those you do not know."
)


class _WithoutTitles(GenerateJsonSchema):
    """Leaves out the titles of properties, which only repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


class _Closed(_WithoutTitles):
    """Allows no keys beyond those of the TypedDict."""

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> JsonSchemaValue:
        return {**super().typed_dict_schema(schema), "additionalProperties": False}


def protocol_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of every frame, with that of every request beside it."""
    frames = _union(FRAMES).json_schema(mode="serialization", schema_generator=_Closed)
    messages = _union(route.request for route in TABLE)
    requests = messages.json_schema(mode="validation", schema_generator=_WithoutTitles)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Threadcast WebSocket protocol",
        "description": _DESCRIPTION,
        "$ref": "#/$defs/Frame",
        "$defs": {**_definitions("Frame", frames), **_definitions("Request", requests)},
    }


def schema_text() -> str:
    """Return the schema as the published file holds it."""
    return json.dumps(protocol_schema(), indent=2) + "\n"


def _union(types: Iterable[type]) -> TypeAdapter[Any]:
    return TypeAdapter(Union[tuple(types)])  # noqa: UP007 - of a tuple made at run time


def _definitions(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the definitions of a schema, its root among them as `name`."""
    definitions = schema.pop("$defs")
    return {name: schema, **definitions} if name not in definitions else definitions


if __name__ == "__main__":
    sys.stdout.write(schema_text())
