"""Write the TypeScript client's types from the protocol's JSON Schema.

`python clients/typescript/generate_protocol_types.py` reads `docs/protocol.schema.json`, nothing else.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["SCHEMA", "TARGET", "protocol_types"]

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "docs/protocol.schema.json"
TARGET = HERE / "src/protocol.ts"

Schema = Mapping[str, Any]

_REFERENCE = "#/$defs/"
_PLAIN_TYPES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_HEADER = "/** The types of the protocol. Generated from docs/protocol.schema.json: do not edit. */\n"


def protocol_types(schema: Schema) -> str:
    """Return the source of a module with one type for each definition of the schema."""
    definitions: Mapping[str, Schema] = schema["$defs"]
    return "\n".join([_HEADER, *(_definition(name, definitions[name]) for name in definitions)])


def _definition(name: str, schema: Schema) -> str:
    comment = f"/** {schema['description']} */\n" if "description" in schema else ""
    if "properties" not in schema:
        return f"{comment}export type {name} = {_type(schema)};\n"
    required = schema.get("required", ())
    fields = "".join(
        f"  {key}{'' if key in required else '?'}: {_type(value)};\n"
        for key, value in schema["properties"].items()
    )
    return f"{comment}export interface {name} {{\n{fields}}}\n"


def _type(schema: Schema) -> str:
    """Return the TypeScript type of a JSON Schema."""
    if "$ref" in schema:
        name: str = schema["$ref"].removeprefix(_REFERENCE)
        return name
    if "anyOf" in schema:
        return " | ".join(_type(member) for member in schema["anyOf"])
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(choice) for choice in schema.get("enum", [schema.get("const")]))
    if "items" in schema:
        return f"{_in_parentheses(_type(schema['items']))}[]"
    if "additionalProperties" in schema:
        values = schema["additionalProperties"]  # true: of any type
        return f"Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>"
    plain: str = schema.get("type", "unknown")
    return _PLAIN_TYPES.get(plain, plain)


def _in_parentheses(type_: str) -> str:
    return f"({type_})" if " | " in type_ else type_


if __name__ == "__main__":
    TARGET.write_text(protocol_types(json.loads(SCHEMA.read_text())))
