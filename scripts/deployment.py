"""Checks what `make deploy` is given, before anything is built, and writes the parameters of the deployment.

python -m scripts.deployment --environment prod TokenIssuer=https://id.example.com …
"""

import argparse
import json
import os
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from local_gateway import ParameterError
from local_gateway.template.intrinsics import Resolver
from local_gateway.template.parameter_checks import check_parameters
from local_gateway.template.physical_names import PhysicalNames
from local_gateway.template.sam_translation import read_template

__all__ = ["deployment_environments", "main", "problems"]

_ROOT = Path(__file__).parents[1]
_WRITTEN = _ROOT / ".aws-sam" / "deploy.yaml"
_MISUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Write `.aws-sam/deploy.yaml`; print one line and return 2 if the deployment would fail."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environment", default="default", help="a section of samconfig.toml")
    parser.add_argument("parameters", nargs="*", metavar="NAME=VALUE")
    options = parser.parse_args(arguments)
    environments = deployment_environments()
    section = environments.get(options.environment)
    if section is None:
        found = ", ".join(environments)
        sys.stderr.write(f"error: samconfig.toml has no environment {options.environment}: it has {found}\n")
        return _MISUSED
    given = {"Release": str(int(time.time())), **_pairs(_listed(section)), **_pairs(options.parameters)}
    if faults := list(problems(given, _region(section))):
        sys.stderr.write(f"error: {'; '.join(faults)}\n")
        return _MISUSED
    _WRITTEN.parent.mkdir(exist_ok=True)
    _WRITTEN.write_text(json.dumps(given, indent=2), encoding="utf-8")
    return 0


def deployment_environments() -> dict[str, dict[str, Any]]:
    """Return the parameters of `sam deploy` in samconfig.toml, by environment."""
    sections = tomllib.loads((_ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    return {name: each["deploy"]["parameters"] for name, each in sections.items() if name != "version"}


def problems(given: Mapping[str, str], region: str | None) -> Iterator[str]:
    """Yield what is missing, or what the template's parameters and rules refuse; never a value."""
    if not region:
        yield "no region: set AWS_REGION, or region in samconfig.toml"
    if not given.get("TokenIssuer"):
        yield "no issuer: give TokenIssuer, what a token's iss must be"
    try:
        body = _template()
        check_parameters(
            body, given, Resolver(body, given, PhysicalNames("threadcast", region or "us-east-1"))
        )
    except ParameterError as error:
        yield from error.problems


@cache
def _template() -> dict[str, Any]:
    return read_template(_ROOT / "template.yaml")


def _region(section: Mapping[str, Any]) -> str | None:
    named = section.get("region") or os.environ.get("AWS_REGION") or boto3.Session().region_name
    return str(named) if named else None


def _listed(section: Mapping[str, Any]) -> list[str]:
    given = section.get("parameter_overrides", [])
    return [given] if isinstance(given, str) else list(given)


def _pairs(listed: Iterable[str]) -> dict[str, str]:
    """Read NAME=VALUE; what `make build` wrote for a plain `sam deploy` is left out."""
    split = (each.partition("=") for each in listed if not each.startswith("file://"))
    return {name: value for name, _, value in split}


if __name__ == "__main__":
    sys.exit(main())
