"""Writes the tables of docs/permissions.md: the resources and the statements of each function.

python -m scripts.permissions
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from local_gateway.template.sam_translation import read_template, translate_template
from scripts.markdown_tables import with_table

__all__ = ["PAGE", "page", "resource_rows", "statement_rows"]

_ROOT = Path(__file__).parents[1]
PAGE = _ROOT / "docs" / "permissions.md"
_FUNCTION = "AWS::Lambda::Function"
_ARN = re.compile(r"arn:\$\{AWS::Partition\}:([a-z-]+):(?:\$\{AWS::Region\}|\*)?:(?:\$\{AWS::AccountId\})?:")


def page() -> str:
    """Return the page with its tables as they should be."""
    text = PAGE.read_text(encoding="utf-8")
    return with_table(with_table(text, "statements", statement_rows()), "resources", resource_rows())


def statement_rows() -> Iterator[str]:
    """Yield a row for each statement, in the template's order, with the functions whose roles have it."""
    yield "| functions | may | on | only for keys, or if | only with |"
    yield "|---|---|---|---|---|"
    holders: dict[str, list[str]] = {}
    for function in _functions():
        for condition, statement in _statements(f"{function}Role"):
            cells = (
                ", ".join(f"`{action}`" for action in _listed(statement["Action"])),
                ", ".join(f"`{resource}`" for resource in sorted(set(_resources(statement["Resource"])))),
                _conditions(statement.get("Condition", {})),
                f"`{condition}`" if condition else "",
            )
            holders.setdefault(" | ".join(cells), []).append(_snake(function))
    for row, functions in holders.items():
        yield f"| {'all' if functions == [*map(_snake, _functions())] else ', '.join(functions)} | {row} |"


def resource_rows() -> Iterator[str]:
    """Yield a row for each function, with the resources that have its name or that only it uses."""
    yield "| function | resources |"
    yield "|---|---|"
    left = dict(_translated()["Resources"])
    for function in _functions():
        own = [name for name in left if _is_of(function, name)]
        yield f"| {_snake(function)} | {_counted({name: left.pop(name) for name in own})} |"
    yield f"| all of them | {_counted(left)} |"


@cache
def _translated() -> Mapping[str, Any]:
    path = _ROOT / "template.yaml"
    return translate_template(path, read_template(path), {}, "us-east-1").body


def _functions() -> list[str]:
    resources = _translated()["Resources"]
    return [name.removesuffix("Function") for name, each in resources.items() if each["Type"] == _FUNCTION]


def _is_of(function: str, name: str) -> bool:
    """Return whether a resource is named after the function, or belongs to a route that invokes it."""
    if not name.startswith("WebSocketApi"):
        return name.startswith(function)
    route = re.sub(r"(Route|Integration|Permission)$", "", name)
    integration = _translated()["Resources"].get(f"{route}Integration")
    return integration is not None and f"{function}FunctionAlias" in str(integration)


def _counted(resources: Mapping[str, Any]) -> str:
    """Return the types of resources, without the vendor's prefix, and how many there are of each."""
    types = Counter(each["Type"].removeprefix("AWS::") for each in resources.values())
    return ", ".join(f"`{kind}`" + (f" ({count})" if count > 1 else "") for kind, count in types.items())


def _statements(role: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the statements of a role and of its managed policies, with the condition of each."""
    resources = _translated()["Resources"]
    properties = resources[role]["Properties"]
    for managed in properties["ManagedPolicyArns"]:
        document = resources[managed["Ref"]]["Properties"]["PolicyDocument"]
        yield from _conditional(document["Statement"], "")
    for condition, policy in _conditional(properties.get("Policies", []), ""):
        yield from _conditional(policy["PolicyDocument"]["Statement"], condition)


def _conditional(values: list[Any], condition: str) -> Iterator[tuple[str, Any]]:
    for value in values:
        name, given = value["Fn::If"][:2] if "Fn::If" in value else (condition, value)
        yield name, given


def _resources(value: Any) -> Iterator[str]:
    """Yield resources as they are written in the template, without region, account and prefix."""
    match value:
        case list():
            for each in value:
                yield from _resources(each)
        case {"Fn::If": [_, *choices]}:
            for each in choices:
                yield from _resources(each)
        case {"Fn::GetAtt": [name, _]}:
            yield name
        case {"Ref": "AWS::NoValue"}:
            return
        case {"Ref": name}:
            yield name
        case {"Fn::Sub": text}:
            yield _ARN.sub(r"\1:", text).replace("${Table.Arn}", "Table")
        case _:
            yield str(value)


def _conditions(condition: Mapping[str, Any]) -> str:
    return ", ".join(
        f"`{value}`" if key == "dynamodb:LeadingKeys" else f"`{key}` `{value}`"
        for operator in condition.values()
        for key, values in operator.items()
        for value in sorted(set(_resources(values)))
    )


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _snake(name: str) -> str:
    return "`" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() + "`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
