"""Finds the line of a template that refers to a name, and the name that its author may have meant."""

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

__all__ = ["line_of_reference", "nearest_name"]


def line_of_reference(file: Path, name: str) -> int | None:
    """Return the number of the first line whose value refers to `name`; None if no line does.

    A name may begin with "condition ".
    A reference is the argument of `Ref`, `Fn::GetAtt`, `Fn::If` and `Condition`, or within `Fn::Sub`.
    """
    name = name.removeprefix("condition ")
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, yaml.YAMLError):
        return None
    lines = (node.start_mark.line + 1 for node in _scalars(root) if _refers(node, name))
    return next(lines, None)


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most similar; None if none is."""
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Return the values, and not the keys, of a document in their order."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _scalars(value)


def _refers(node: yaml.ScalarNode, name: str) -> bool:
    text = str(node.value)
    return text == name or text.startswith(f"{name}.") or f"${{{name}}}" in text or f"${{{name}." in text
