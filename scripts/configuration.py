"""Writes the table of docs/configure.md: each parameter of template.yaml, each variable of the functions.

python -m scripts.configuration
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from local_gateway.template.sam_translation import read_template
from scripts.markdown_tables import with_table
from threadcast.settings import Settings

__all__ = ["PAGE", "page", "rows"]

_ROOT = Path(__file__).parents[1]
PAGE = _ROOT / "docs" / "configure.md"
_LISTED = 6
"""Of more allowed values, only the first and the last are listed."""


@cache
def rows() -> tuple[str, ...]:
    """Return the table's rows: parameters in the template's order, then variables without a parameter."""
    return tuple(_rows())


def _rows() -> Iterator[str]:
    body = _template()
    variables = dict(_variables(body))
    yield "| parameter | variable | default | values | meaning |"
    yield "|---|---|---|---|---|"
    for name, parameter in body["Parameters"].items():
        named = ", ".join(f"`{variable}`" for variable, given in variables.items() if given == {"Ref": name})
        default = parameter["Default"]
        yield _row(f"`{name}`", named, f"`{default}`" if default != "" else "", _values(parameter), parameter)
    for name, field in Settings.model_fields.items():
        if variables.get(name.upper()) not in [{"Ref": parameter} for parameter in body["Parameters"]]:
            default = field.default if field.default is not None else ""
            yield _row(
                "",
                f"`{name.upper()}`",
                f"`{default}`" if default != "" else "",
                "",
                {"Description": field.description or ""},
            )


@cache
def _template() -> dict[str, Any]:
    return read_template(_ROOT / "template.yaml")


def _row(parameter: str, variable: str, default: str, values: str, described: dict[str, Any]) -> str:
    cells = (parameter, variable, default, values, described["Description"])
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _variables(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each variable with its value in the template; a condition's first value counts."""
    functions = [body["Globals"]["Function"]]
    functions += [
        each["Properties"] for each in body["Resources"].values() if "Serverless::Function" in each["Type"]
    ]
    for function in functions:
        for name, value in function["Environment"]["Variables"].items():
            yield name, value["Fn::If"][1] if isinstance(value, dict) and "Fn::If" in value else value


def _values(parameter: dict[str, Any]) -> str:
    if allowed := parameter.get("AllowedValues"):
        listed = allowed if len(allowed) <= _LISTED else [allowed[0], "…", allowed[-1]]
        return ", ".join(f"`{value}`" if value != "…" else "…" for value in listed)
    if "MinValue" not in parameter:
        return ""
    return (
        f"{parameter['MinValue']} to {parameter['MaxValue']}"
        if "MaxValue" in parameter
        else f"from {parameter['MinValue']}"
    )


def page() -> str:
    """Return the page with the table as it should be."""
    return with_table(PAGE.read_text(encoding="utf-8"), "table", rows())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
