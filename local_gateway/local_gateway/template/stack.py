"""The stack of a template: its API, functions, schedules and tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_gateway.template.api import Api, read_api
from local_gateway.template.compiled_packages import reject_incompatible_packages
from local_gateway.template.functions import Function, read_functions
from local_gateway.template.intrinsics import Resolver
from local_gateway.template.parameter_checks import check_parameters
from local_gateway.template.physical_names import PhysicalNames
from local_gateway.template.sam_translation import read_template, translate_template
from local_gateway.template.schedules import Schedule, read_schedules
from local_gateway.template.tables import Table, read_tables

__all__ = ["Stack", "read_stack"]


@dataclass(frozen=True, slots=True)
class Stack:
    """The resources of a template, with physical names and resolved intrinsic functions."""

    region: str
    account: str
    api: Api
    functions: Mapping[str, Function]
    tables: Mapping[str, Table]
    schedules: tuple[Schedule, ...] = ()


def read_stack(
    path: Path,
    parameters: Mapping[str, str] | None = None,
    *,
    stack_name: str = "local",
    region: str = "us-east-1",
    api: str | None = None,
) -> Stack:
    """Read a template; `api` is the WebSocket API's logical id, required if there are several.

    Raises:
        ParameterError: the parameters violate the template's constraints or rules.
        TemplateError: the template, or one of its compiled packages, cannot run on this machine.

    """
    given: dict[str, str] = dict(parameters or {})
    names = PhysicalNames(stack_name, region)
    pseudo: dict[str, Any] = {
        "AWS::Region": region,
        "AWS::AccountId": names.account,
        "AWS::StackName": stack_name,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
    }
    body = read_template(path.resolve())
    check_parameters(body, given, Resolver(body, given, names))
    template = translate_template(path.resolve(), body, {**pseudo, **given}, region)
    resolver = Resolver(template.body, given, names)
    functions = read_functions(template, resolver, names)
    reject_incompatible_packages(functions.values())
    return Stack(
        region=region,
        account=names.account,
        api=read_api(resolver, names, api),
        functions=functions,
        tables=read_tables(resolver, names),
        schedules=read_schedules(resolver, functions.values()),
    )
