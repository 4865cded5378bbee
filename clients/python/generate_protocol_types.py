"""Write the client's types from the protocol's JSON Schema.

`python clients/python/generate_protocol_types.py` reads `docs/protocol.schema.json`, nothing of the server.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["SCHEMA", "TARGET", "protocol_types"]

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "docs/protocol.schema.json"
TARGET = HERE / "threadcast_client/protocol/generated_types.py"
VALUE_TYPES_MODULE = "threadcast_client.protocol.json_types"

Schema = Mapping[str, Any]

_REFERENCE = "#/$defs/"
_LINE_LENGTH = 110
_PLAIN_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_FORMATS = {"uuid": "Uuid", "date-time": "Time"}

_HEADER = '''"""The types of the protocol. Generated from docs/protocol.schema.json: do not edit."""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from {module} import EpochSeconds, Text, Time, Uuid

__all__ = [
{names}
]
'''


def protocol_types(schema: Schema) -> str:
    """Return the source of a module with one type for each definition of the schema."""
    definitions: dict[str, Schema] = schema["$defs"]
    ordered = list(_in_order(definitions))
    names = "\n".join(f'    "{name}",' for name in sorted([*ordered, "EventName"]))
    types = [_definition(name, definitions) for name in ordered]
    events = _alias("EventName", "", _literal(_event_names(definitions)))
    return "\n\n".join([_HEADER.format(module=VALUE_TYPES_MODULE, names=names), *types, events])


def _in_order(definitions: Mapping[str, Schema]) -> Iterator[str]:
    """Yield each name after the names that its definition refers to."""
    seen: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        if name in seen:
            return
        seen.add(name)
        for other in _references(definitions[name]):
            yield from visit(other)
        yield name

    for name in definitions:
        yield from visit(name)


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield _name(node)
        for inner in node.values():
            yield from _references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _references(inner)


def _name(reference: Schema) -> str:
    name: str = reference["$ref"].removeprefix(_REFERENCE)
    return name


def _definition(name: str, definitions: Mapping[str, Schema]) -> str:
    schema = definitions[name]
    if "properties" not in schema:
        return _alias(name, schema.get("description", ""), _type(schema, definitions))
    required = schema.get("required", ())
    lines = [f"class {name}(TypedDict):", f'    """{schema["description"]}"""']
    lines += [""] if schema["properties"] else []
    for key, value in schema["properties"].items():
        type_ = _type(value, definitions)
        lines.append(f"    {key}: {type_ if key in required else f'NotRequired[{type_}]'}")
    return "\n".join([*lines, ""])


def _alias(name: str, description: str, type_: str) -> str:
    line = f"{name}: TypeAlias = {type_}"
    if len(line) > _LINE_LENGTH and type_.startswith("Literal["):
        choices = type_.removeprefix("Literal[").removesuffix("]").split(", ")
        line = "\n".join([f"{name}: TypeAlias = Literal[", *(f"    {choice}," for choice in choices), "]"])
    elif len(line) > _LINE_LENGTH:
        first, *others = type_.split(" | ")
        choices = [f"    {first}", *(f"    | {other}" for other in others)]
        line = "\n".join([f"{name}: TypeAlias = (", *choices, ")"])
    return f'{line}\n"""{description}"""\n' if description else f"{line}\n"


def _type(schema: Schema, definitions: Mapping[str, Schema]) -> str:
    """Return the Python type of a JSON Schema."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return _union(schema["anyOf"], definitions)
    if "const" in schema or "enum" in schema:
        return _literal(_choices(schema, definitions))
    if "items" in schema:
        return f"list[{_type(schema['items'], definitions)}]"
    if "additionalProperties" in schema:
        return f"dict[str, {_of_any_key(schema['additionalProperties'], definitions)}]"
    return _value_type(schema)


def _of_any_key(schema: Schema | bool, definitions: Mapping[str, Schema]) -> str:
    """Return the type of the values of an object with any keys; true: of any type."""
    return _type(schema, definitions) if isinstance(schema, dict) else "Any"


def _value_type(schema: Schema) -> str:
    if "format" in schema:
        return _FORMATS[schema["format"]]
    match schema:
        case {"type": "string", "minLength": 1}:
            return "Text"
        case {"type": "integer", "exclusiveMaximum": _}:
            return "EpochSeconds"
        case {"type": plain}:
            return _PLAIN_TYPES[plain]
        case _:
            return "Any"


def _union(members: Iterable[Schema], definitions: Mapping[str, Schema]) -> str:
    """Return the union of the members' types; all closed choices become one `Literal`."""
    members = list(members)
    closed = [member for member in members if _choices(member, definitions)]
    if len(closed) > 1:
        merged = [choice for member in closed for choice in _choices(member, definitions)]
        members = [{"enum": merged}, *(member for member in members if member not in closed)]
    return " | ".join(_type(member, definitions) for member in members)


def _choices(schema: Schema, definitions: Mapping[str, Schema]) -> list[str]:
    """Return the values of a closed choice; none where the schema is something else."""
    if "$ref" in schema:
        return _choices(definitions[_name(schema)], definitions)
    return [schema["const"]] if "const" in schema else schema.get("enum", [])


def _literal(choices: Iterable[str]) -> str:
    return "Literal[" + ", ".join(f'"{choice}"' for choice in choices) + "]"


def _event_names(definitions: Mapping[str, Schema]) -> list[str]:
    frames = [definitions[name] for name in _references(definitions["Frame"])]
    names = [name for frame in frames for name in _choices(frame["properties"]["event"], definitions)]
    return list(dict.fromkeys(names))


if __name__ == "__main__":
    TARGET.write_text(protocol_types(json.loads(SCHEMA.read_text())))
