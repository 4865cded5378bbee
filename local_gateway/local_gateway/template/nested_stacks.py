"""Reads a template with its nested stacks: includes and loops replaced, SAM's transform applied."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_gateway.errors import TemplateError, UnknownName, UnresolvedValue
from local_gateway.template.expansion.includes import expand_includes
from local_gateway.template.expansion.loops import expand_loops
from local_gateway.template.expansion.references import line_of_reference
from local_gateway.template.expansion.stored_values import stored_parameters
from local_gateway.template.intrinsics import NO_VALUE, Resolver
from local_gateway.template.parameter_checks import check_parameters
from local_gateway.template.physical_names import PhysicalNames
from local_gateway.template.properties.audit import honoured, is_off
from local_gateway.template.sam_translation import Template, read_part, read_template, translate_template

__all__ = ["LoadedTemplate", "located", "read_templates"]

_log = logging.getLogger(__name__)

_NESTED = "AWS::CloudFormation::Stack"
_MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class LoadedTemplate:
    """One template of a stack: its resources after SAM's transform, and the values of its references."""

    template: Template
    resolver: Resolver
    names: PhysicalNames
    nested: Mapping[str, "LoadedTemplate"] = field(default_factory=dict)

    def all(self) -> Iterator["LoadedTemplate"]:
        """Return this template, then its nested ones."""
        yield self
        for each in self.nested.values():
            yield from each.all()

    def resources(self, *kinds: str) -> dict[str, dict[str, Any]]:
        """Return the resources of these types that exist, unresolved, by logical id."""
        return self.resolver.resources(*kinds)

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the evaluated properties of the resources of a type, by logical id.

        They are the ones that the gateway honours: the others may refer to what only AWS has.
        """
        return {
            logical_id: self.resolver.resolve(honoured(kind, resource.get("Properties") or {}))
            for logical_id, resource in self.resources(kind).items()
        }

    def existing(self) -> dict[str, dict[str, Any]]:
        """Return every resource that exists, with the unevaluated properties that have an effect."""
        return {
            logical_id: {
                **resource,
                "Properties": {
                    name: value
                    for name, value in (resource.get("Properties") or {}).items()
                    if self._is_set(name, value)
                },
            }
            for logical_id, resource in self.resolver.all_resources().items()
        }

    def _is_set(self, name: str, value: Any) -> bool:
        try:
            resolved = self.resolver.resolve(value)
        except UnresolvedValue:  # only AWS has the value
            return True
        return resolved is not NO_VALUE and not is_off(name, resolved)

    def output(self, name: str) -> Any:
        """Return the value of one of the template's outputs.

        Raises:
            UnknownName: the template has no such output.

        """
        outputs = self.template.body.get("Outputs") or {}
        if name not in outputs:
            raise UnknownName(name, f"is not an output of {self.template.path}")
        return self.resolver.resolve(outputs[name].get("Value"))


def read_templates(
    path: Path, parameters: Mapping[str, str], names: PhysicalNames, stored: Mapping[str, str]
) -> LoadedTemplate:
    """Read a template and the local templates of its nested stacks.

    `stored` are values of Parameter Store and Secrets Manager by name.

    Raises:
        ParameterError: the parameters violate the template's constraints or rules.
        TemplateError: a template cannot be read or translated.

    """
    given = dict(parameters)
    body = read_template(path)
    before = Resolver(body, given, names)
    body = expand_includes(body, path.parent, read_part, before.resolve)
    check_parameters(body, given, Resolver(body, given, names))
    given |= stored_parameters(body, given, stored)
    with located(path):
        body = expand_loops(body, Resolver(body, given, names).resolve)
    pseudo = {
        "AWS::Region": names.region,
        "AWS::AccountId": names.account,
        "AWS::StackName": names.stack,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
    }
    template = translate_template(path, body, {**pseudo, **given}, names.region)
    nested: dict[str, LoadedTemplate] = {}

    def nested_output(logical_id: str, name: str) -> Any:
        if logical_id not in nested:  # a stack whose parameters refer to another one's outputs
            _read_nested(logical_id, loaded, nested, stored)
        if logical_id not in nested:
            raise UnresolvedValue(logical_id, f"its output {name} is not known: its template is not here")
        return nested[logical_id].output(name)

    resolver = Resolver(template.body, given, names, nested_output)
    loaded = LoadedTemplate(template, resolver, names, nested)
    for logical_id in resolver.resources(_NESTED):
        if logical_id not in nested:
            _read_nested(logical_id, loaded, nested, stored)
    return loaded


def _read_nested(
    logical_id: str, parent: LoadedTemplate, nested: dict[str, LoadedTemplate], stored: Mapping[str, str]
) -> None:
    """Read the template of a nested stack into `nested`; name one that is not on this machine."""
    resource = parent.resources(_NESTED).get(logical_id)
    if resource is None:
        raise UnknownName(logical_id, "is not a nested stack of this template")
    if parent.names.path.count("/") >= _MAX_DEPTH:
        raise TemplateError(logical_id, f"stacks are nested more than {_MAX_DEPTH} deep")
    properties = resource.get("Properties") or {}
    location = properties.get("TemplateURL")
    file = parent.template.path.parent / location if isinstance(location, str) else None
    if file is None or not file.is_file():
        where = location if isinstance(location, str) else "elsewhere"
        _log.warning(
            "the nested stack %s is left out with its resources: its template %s is not here",
            parent.names.path + logical_id,
            where,
        )
        return
    given = parent.resolver.resolve(properties.get("Parameters") or {})
    parameters = {name: _as_parameter(value) for name, value in given.items()}
    nested[logical_id] = read_templates(file.resolve(), parameters, parent.names.nested(logical_id), stored)


def _as_parameter(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


class located:  # noqa: N801 - a context manager, used as a function
    """Adds the line of the template to the error of a reference to an unknown name."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin to read values of the template."""

    def __exit__(self, _kind: object, problem: object, _trace: object) -> None:
        """Raise the error again with the line, if there is one."""
        if not isinstance(problem, UnknownName) or problem.problem.endswith(")"):
            return
        line = line_of_reference(self._path, problem.where)
        if line is not None:
            raise UnknownName(problem.where, f"{problem.problem} ({self._path.name}, line {line})") from None
