"""The template as SAM translates it, and its values as CloudFormation evaluates them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from local_gateway.template.intrinsics import Resolver
from local_gateway.template.physical_names import PhysicalNames

__all__ = ["FUNCTIONS", "REGION", "TEMPLATE", "resolver", "resources", "translated"]

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
FUNCTIONS = ("Authorizer", "Connect", "Disconnect", "PostThread", "RunTurn", "TurnFailed", "SweepTurns")
REGION = "eu-central-1"
_DEFAULTS: Mapping[str, str] = MappingProxyType({})


def translated(parameters: Mapping[str, str] = _DEFAULTS) -> dict[str, Any]:
    """Return the translated template; values that depend on parameters stay intrinsic functions."""
    return _translated(tuple(sorted(parameters.items())))


@cache
def _translated(parameters: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    body = yaml_parse(TEMPLATE.read_text())
    # As `sam package` does: replace local code by the address of its upload.
    for resource in body["Resources"].values():
        for uri in {"CodeUri", "ContentUri"} & resource["Properties"].keys():
            resource["Properties"][uri] = "s3://bucket/key"
    session = boto3.Session(region_name=REGION)
    translator = Translator({}, Parser(), boto_session=session)
    result: dict[str, Any] = translator.translate(
        body, parameter_values=dict(parameters), passthrough_metadata=True
    )
    return result


def resources(kind: str, parameters: Mapping[str, str] = _DEFAULTS) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type by logical id, those of false conditions included."""
    found = translated(parameters)["Resources"].items()
    return {name: resource["Properties"] for name, resource in found if resource["Type"] == kind}


def resolver(**parameters: str) -> Resolver:
    """Return what evaluates the translated template for these parameters."""
    return Resolver(translated(parameters), parameters, PhysicalNames("threadcast", REGION))
