"""Reads a definition's YAML as JSON values: mappings with text keys, lists, texts, numbers and booleans."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from threadcast.assets.loading.text_files import read_text
from threadcast.errors import DefinitionFault

__all__ = ["Definition", "read_definition"]

MAX_BYTES = 200_000
"""Half of DynamoDB's limit of 400 KB an item."""

_MAX_INTEGER_BITS = 64
_MAX_NUMBER_CHARACTERS = 400
"""Above what a float needs, and far below what base 60 (`1:30:00`, a number in YAML 1.1) makes slow."""

_NUMBER_TAGS = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
_SHOWN_CHARACTERS = 40

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """The values in a file, and their lines: a place is the keys and positions (from 0) on the way."""

    source: str
    values: Mapping[str, Any]
    lines: Mapping[Place, int] = field(default_factory=dict)

    def fault(self, reason: str, place: Place = ()) -> DefinitionFault:
        """Return a fault at this place, with the line of the nearest enclosing place that has one."""
        around = (place[:length] for length in range(len(place), 0, -1))
        line = next((self.lines[each] for each in around if each in self.lines), None)
        return DefinitionFault(self.source, reason, line)


def read_definition(path: Path) -> tuple[Definition | None, list[DefinitionFault]]:
    """Return the definition in a file, None if it is no YAML mapping, and the faults of its YAML."""
    source = str(path)
    try:
        node, values = _parsed(read_text(path, MAX_BYTES), source)
    except DefinitionFault as fault:
        return None, [fault]
    if node is None or not isinstance(values, dict):
        return None, [DefinitionFault(source, "it must be a mapping of keys to values")]
    lines: dict[Place, int] = {}
    faults = list(_duplicate_keys(node, (), lines, source))
    definition = Definition(source, _json_value(values), lines)
    faults += [definition.fault(reason, place) for place, reason in _unstorable(values, ())]
    return definition, faults


class _Loader(yaml.SafeLoader):
    """YAML without aliases, which could expand a small file to gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(problem="aliases are not allowed", problem_mark=self.get_mark())
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return a node's value; a scalar that its type can't hold is an error with its line."""
        if node.tag in _NUMBER_TAGS and len(node.value) > _MAX_NUMBER_CHARACTERS:
            raise _unreadable(node, "has too many digits")
        try:
            value = super().construct_object(node, deep)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _unreadable(node, f"is no {node.tag.rpartition(':')[2]}") from error
        if isinstance(value, int) and value.bit_length() >= _MAX_INTEGER_BITS:
            raise _unreadable(node, "has too many digits")
        return value


def _unreadable(node: yaml.Node, reason: str) -> yaml.constructor.ConstructorError:
    shown = str(node.value)[:_SHOWN_CHARACTERS]
    problem = f"'{shown}' {reason}; put it in quotes if it is a text"
    return yaml.constructor.ConstructorError(problem=problem, problem_mark=node.start_mark)


def _parsed(text: str, source: str) -> tuple[yaml.Node | None, object]:
    loader = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        raise DefinitionFault(source, str(error.problem), line) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reason = f"the character U+{error.character:04X} can't stand in YAML"
        raise DefinitionFault(source, reason, line) from error
    except (ArithmeticError, ValueError) as error:  # of an escape beyond Unicode, as "\UFFFFFFFF"
        line = None if loader is None else loader.get_mark().line + 1
        raise DefinitionFault(source, "an escape in quotation marks is no character", line) from error
    except RecursionError as error:
        raise DefinitionFault(source, "it is nested too deeply") from error


def _duplicate_keys(
    node: yaml.Node, place: Place, lines: dict[Place, int], source: str
) -> Iterator[DefinitionFault]:
    """Record the line of every place in `lines`; yield duplicate keys, whose first values would be lost."""
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            lines[*place, position] = item.start_mark.line + 1
            yield from _duplicate_keys(item, (*place, position), lines, source)
    if isinstance(node, yaml.MappingNode):
        for key, item in node.value:
            here, line = (*place, str(key.value)), key.start_mark.line + 1
            if here in lines:
                yield DefinitionFault(source, f"the key '{key.value}' stands here again", line)
            lines[here] = line
            yield from _duplicate_keys(item, here, lines, source)


def _json_value(value: object) -> Any:
    match value:
        case dict():
            return {str(key): _json_value(item) for key, item in value.items()}
        case list():
            return [_json_value(item) for item in value]
        case date():
            return value.isoformat()
        case _:
            return value


def _unstorable(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    """Yield the values that JSON cannot represent: place and reason."""
    match value:
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    yield (*place, str(key)), f"the key {key!r} must be a text; put it in quotes"
                yield from _unstorable(item, (*place, str(key)))
        case list():
            for position, item in enumerate(value):
                yield from _unstorable(item, (*place, position))
        case float() if not math.isfinite(value):
            yield place, f"{value} is not a number that can be stored"
        case str() if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            yield place, "the text holds one half of a character, as \\ud800"
        case str() | int() | float() | date() | None:
            pass
        case _:
            yield place, f"a {type(value).__name__} cannot be stored"
