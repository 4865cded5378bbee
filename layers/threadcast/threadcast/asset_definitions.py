"""A definition's YAML as JSON values: nothing but mappings with text keys, lists, texts, numbers, truths."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from threadcast.errors import DefinitionFault

__all__ = ["read_definition"]

MAX_BYTES = 200_000
"""A stored item holds 400 KB at most; a definition that needs half of it is a mistake."""


def read_definition(path: Path) -> dict[str, Any]:
    """The definition in a file; `DefinitionFault` where it is no YAML mapping or holds what JSON can't."""
    source = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DefinitionFault(source, f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DefinitionFault(source, "it is not UTF-8") from error
    if len(text.encode()) > MAX_BYTES:
        raise DefinitionFault(source, f"it is larger than {MAX_BYTES:,} bytes")
    definition = _json_value(_parsed(text, source), source)
    if not isinstance(definition, dict):
        raise DefinitionFault(source, "it must be a mapping of keys to values")
    return definition


class _Loader(yaml.SafeLoader):
    """YAML without aliases, which could swell a small file to gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(problem="aliases are not allowed")
        return super().compose_node(parent, index)


def _parsed(text: str, source: str) -> object:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader, stricter still
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f"line {error.problem_mark.line + 1}: "
        raise DefinitionFault(source, f"{line}{error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise DefinitionFault(source, f"it is no YAML: {' '.join(str(error).split())}") from error


def _json_value(value: object, source: str) -> object:
    match value:
        case dict():
            return {_key(key, source): _json_value(item, source) for key, item in value.items()}
        case list():
            return [_json_value(item, source) for item in value]
        case date():
            return value.isoformat()
        case float() if not math.isfinite(value):
            raise DefinitionFault(source, f"{value} is not a number that can be stored")
        case str() | int() | float() | None:
            return value
        case _:
            raise DefinitionFault(source, f"a {type(value).__name__} cannot be stored")


def _key(key: object, source: str) -> str:
    if isinstance(key, str):
        return key
    raise DefinitionFault(source, f"the key {key!r} must be a text; put it in quotes")
