"""The stack of a template: its API, functions, schedules and tables."""

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local_gateway.errors import TemplateError
from local_gateway.template.api import Api, Route, read_api
from local_gateway.template.compiled_packages import reject_incompatible_packages
from local_gateway.template.functions import Function, read_functions
from local_gateway.template.nested_stacks import LoadedTemplate, located, read_templates
from local_gateway.template.physical_names import PhysicalNames
from local_gateway.template.properties.audit import audit, other_runtimes
from local_gateway.template.tables import Table, read_tables
from local_gateway.template.triggers.event_sources import StreamSource, read_stream_sources
from local_gateway.template.triggers.schedules import Schedule, read_schedules, unqualified

__all__ = ["Stack", "read_stack"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stack:
    """The resources of a template and its nested stacks, with physical names and resolved values.

    Functions and tables are keyed by logical id; those of a nested stack by path, such as `Chat/Fn`.
    """

    region: str
    account: str
    api: Api
    functions: Mapping[str, Function]
    tables: Mapping[str, Table]
    schedules: tuple[Schedule, ...] = ()
    streams: tuple[StreamSource, ...] = ()


def read_stack(
    path: Path,
    parameters: Mapping[str, str] | None = None,
    *,
    stack_name: str = "local",
    region: str = "us-east-1",
    api: str | None = None,
    stored_values: Mapping[str, str] | None = None,
    given_variables: Collection[str] = (),
) -> Stack:
    """Read a template; `api` is the WebSocket API's logical id, required if there are several.

    `stored_values` are values of Parameter Store and Secrets Manager by name; `given_variables` are names of
    environment variables that are set for every function. What is left out is named in warnings.

    Raises:
        ParameterError: the parameters violate the template's constraints or rules.
        TemplateError: the template, or one of its compiled packages, cannot run on this machine.

    """
    names = PhysicalNames(stack_name, region)
    stored = dict(stored_values or {})
    root = read_templates(path.resolve(), dict(parameters or {}), names, stored)
    functions: dict[str, Function] = {}
    tables: dict[str, Table] = {}
    schedules: list[Schedule] = []
    streams: list[StreamSource] = []
    for loaded in root.all():
        with located(loaded.template.path):
            functions |= read_functions(loaded, stored, given_variables)
            tables |= read_tables(loaded)
    for loaded in root.all():
        with located(loaded.template.path):
            schedules += read_schedules(loaded, functions.values())
            streams += read_stream_sources(loaded, functions.values(), tables.values())
    reject_incompatible_packages(functions.values())
    with located(path):
        websocket_api = read_api(list(root.all()), api)
    if not _runs_any(websocket_api.routes, functions):
        raise TemplateError("AWS::ApiGatewayV2::Route", "no route has a function that runs here; see above")
    for sentence in _left_out(root, functions, websocket_api):
        _log.warning("%s", sentence)
    return Stack(region, names.account, websocket_api, functions, tables, tuple(schedules), tuple(streams))


def _left_out(root: LoadedTemplate, functions: Mapping[str, Function], api: Api) -> Iterator[str]:
    """Return a sentence for each difference between the template on AWS and here."""
    resources = {
        loaded.names.path + logical_id: resource
        for loaded in root.all()
        for logical_id, resource in loaded.existing().items()
    }
    yield from audit(resources)
    yield from other_runtimes({path: function.runtime for path, function in functions.items()})
    yield from _unreachable(api.routes, functions)
    keyed = [route.key for route in api.routes.values() if route.needs_api_key]
    if keyed and not api.api_keys:
        yield f"{', '.join(keyed)}: forbidden, because no usage plan of the template has an API key for it"
    yield from _without_permission(root, api.routes, functions)


def _runs_any(routes: Mapping[str, Route], functions: Mapping[str, Function]) -> bool:
    needs_none = (each.integration.kind == "MOCK" or each.integration.operation for each in routes.values())
    return any(needs_none) or len(list(_unreachable(routes, functions))) < len(routes)


def _unreachable(routes: Mapping[str, Route], functions: Mapping[str, Function]) -> Iterator[str]:
    """Name the routes whose function does not run here; AWS runs it, or fails in the same way."""
    arns = {function.arn for function in functions.values()}
    for route in routes.values():
        target = route.integration.function_arn
        if target is not None and unqualified(target) not in arns:
            yield f"route {route.key} fails with an internal server error: {target} does not run here"


def _without_permission(
    root: LoadedTemplate, routes: Mapping[str, Route], functions: Mapping[str, Function]
) -> Iterator[str]:
    """Name the functions that API Gateway may not invoke on AWS."""
    permitted = {
        unqualified(loaded.names.function_arn(str(permission.get("FunctionName"))))
        for loaded in root.all()
        for permission in loaded.properties("AWS::Lambda::Permission").values()
        if permission.get("Principal") in {"apigateway.amazonaws.com", "*"}
    }
    invoked = {
        unqualified(route.integration.function_arn)
        for route in routes.values()
        if route.integration.function_arn is not None and not route.integration.has_credentials
    }
    found = [path for path, each in functions.items() if each.arn in invoked - permitted]
    if found:
        yield (
            f"{', '.join(found)}: no AWS::Lambda::Permission lets API Gateway invoke it, "
            "so that its routes fail on AWS"
        )
