"""Everything of a template that runs on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_gateway.template.api import Api, read_api
from local_gateway.template.functions import Function, read_functions
from local_gateway.template.intrinsics import Resolver
from local_gateway.template.loading import read_body, translated
from local_gateway.template.names import Names
from local_gateway.template.packages import refuse_foreign_packages
from local_gateway.template.parameters import check_parameters
from local_gateway.template.tables import Table, read_tables

__all__ = ["Stack", "read_stack"]


@dataclass(frozen=True, slots=True)
class Stack:
    """What a template describes, with physical names and every intrinsic function resolved."""

    region: str
    account: str
    api: Api
    functions: Mapping[str, Function]
    tables: Mapping[str, Table]


def read_stack(
    path: Path,
    parameters: Mapping[str, str] | None = None,
    *,
    stack_name: str = "local",
    region: str = "us-east-1",
    api: str | None = None,
) -> Stack:
    """Read a template with these parameters; `api` names the API where there are several.

    Raises:
        ParameterError: the template's parameters and rules don't allow these.
        TemplateError: the template can't run here as it stands, or its packages are another machine's.

    """
    given: dict[str, str] = dict(parameters or {})
    names = Names(stack_name, region)
    pseudo: dict[str, Any] = {
        "AWS::Region": region,
        "AWS::AccountId": names.account,
        "AWS::StackName": stack_name,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
    }
    body = read_body(path.resolve())
    check_parameters(body, given, Resolver(body, given, names))
    template = translated(path.resolve(), body, {**pseudo, **given}, region)
    resolver = Resolver(template.body, given, names)
    functions = read_functions(template, resolver, names)
    refuse_foreign_packages(functions.values())
    return Stack(
        region=region,
        account=names.account,
        api=read_api(resolver, names, api),
        functions=functions,
        tables=read_tables(resolver, names),
    )
