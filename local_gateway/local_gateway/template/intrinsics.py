"""Evaluates CloudFormation's intrinsic functions and conditions over one template.

Reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local_gateway.errors import UnknownName, UnresolvedValue
from local_gateway.template.expansion.references import nearest_name
from local_gateway.template.physical_names import ATTRIBUTES, PhysicalNames

__all__ = ["NO_VALUE", "Resolver"]

NO_VALUE = object()
"""The value of `!Ref AWS::NoValue`: the property that holds it is removed."""

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]*)\}")


class Resolver:
    """Evaluates a template's values for given parameters, as CloudFormation does.

    `nested_output` returns the output of a nested stack, from its logical id and the output's name.

    Raises UnresolvedValue for a value that does not exist on this machine (`Fn::ImportValue`, a
    parameter without default), UnknownName for a reference to a name that the template does not define.
    """

    def __init__(
        self,
        body: Mapping[str, Any],
        parameters: Mapping[str, str],
        names: PhysicalNames,
        nested_output: Callable[[str, str], Any] | None = None,
    ) -> None:
        self._body = body
        self._nested_output = nested_output
        self._names = names
        self._given = parameters
        self._resolving: set[str] = set()
        self._pseudo: dict[str, Any] = {
            "AWS::Region": names.region,
            "AWS::AccountId": names.account,
            "AWS::StackName": names.stack,
            "AWS::StackId": names.stack_id,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NotificationARNs": [],
            "AWS::NoValue": NO_VALUE,
        }
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::If": self._if,
            "Fn::Join": lambda args: args[0].join(str(part) for part in self.resolve(args[1])),
            "Fn::Select": lambda args: self.resolve(args[1])[int(self.resolve(args[0]))],
            "Fn::Split": lambda args: str(self.resolve(args[1])).split(args[0]),
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": lambda arg: base64.b64encode(str(self.resolve(arg)).encode()).decode(),
            "Fn::GetAZs": lambda _: [f"{names.region}{zone}" for zone in "abc"],
            "Fn::ToJsonString": lambda arg: json.dumps(self.resolve(arg)),
            "Fn::Length": lambda arg: len(self.resolve(arg)),
            "Fn::ImportValue": self._import_value,
            "Fn::Equals": lambda args: str(self.resolve(args[0])) == str(self.resolve(args[1])),
            "Fn::And": lambda args: all(self.condition(arg) for arg in args),
            "Fn::Or": lambda args: any(self.condition(arg) for arg in args),
            "Fn::Not": lambda args: not self.condition(args[0]),
            # The functions below are for rules only.
            "Fn::Contains": lambda args: self.resolve(args[1]) in self.resolve(args[0]),
            "Fn::EachMemberIn": lambda args: set(self.resolve(args[0])) <= set(self.resolve(args[1])),
            "Fn::EachMemberEquals": lambda args: set(self.resolve(args[0])) <= {self.resolve(args[1])},
        }

    def resolve(self, value: Any) -> Any:
        """Evaluate every intrinsic function within `value`."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in self._functions:
                return self._functions[name](argument)
            if name.startswith("Fn::"):
                raise UnresolvedValue(name, "this intrinsic function is not supported on one machine")
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def resources(self, *kinds: str) -> dict[str, dict[str, Any]]:
        """Return the resources of these types whose condition holds, unresolved, by logical id."""
        return {
            logical_id: resource
            for logical_id, resource in self._body["Resources"].items()
            if resource.get("Type") in kinds and self._exists(resource)
        }

    def all_resources(self) -> dict[str, dict[str, Any]]:
        """Return every resource whose condition holds, unresolved, by logical id."""
        return {key: each for key, each in self._body["Resources"].items() if self._exists(each)}

    def _exists(self, resource: Mapping[str, Any]) -> bool:
        return "Condition" not in resource or self.condition({"Condition": resource["Condition"]})

    def condition(self, value: Any) -> bool:
        """Evaluate a condition: a boolean, a function, or a reference to one under `Conditions`."""
        if isinstance(value, dict) and set(value) == {"Condition"}:
            conditions = self._body.get("Conditions", {})
            if value["Condition"] not in conditions:
                raise _unknown(f"condition {value['Condition']}", "is not under 'Conditions'", conditions)
            return self.condition(conditions[value["Condition"]])
        resolved = self.resolve(value)
        return resolved if isinstance(resolved, bool) else str(resolved).lower() == "true"

    def _ref(self, name: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._body.get("Parameters", {}):
            return self._parameter(name)
        return self._of_resource(name, lambda kind, given: self._names.ref(name, kind, given))

    def _parameter(self, name: str) -> Any:
        declared = self._body["Parameters"][name]
        value = self._given.get(name, declared.get("Default"))
        if value is None:
            raise UnresolvedValue(
                f"parameter {name}", f"has no default; pass --parameter-overrides {name}=VALUE"
            )
        if "List" in declared.get("Type", ""):
            return [part.strip() for part in str(value).split(",")]
        return _as_cloudformation_string(value)

    def _get_att(self, argument: Any) -> Any:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        wanted = str(self.resolve(attribute))
        if wanted.startswith("Outputs.") and self._nested_output is not None:
            return self._nested_output(logical_id, wanted.removeprefix("Outputs."))

        def value(kind: str, given: Mapping[str, Any]) -> str:
            if wanted not in ATTRIBUTES.get(kind, {wanted}):
                raise _unknown(f"{logical_id}.{wanted}", f"{kind} has no such attribute", ATTRIBUTES[kind])
            return self._names.attribute(logical_id, kind, given, wanted)

        return self._of_resource(logical_id, value)

    def _of_resource(self, logical_id: str, name: Callable[[str, Mapping[str, Any]], str]) -> str:
        resource = self._body["Resources"].get(logical_id)
        if resource is None:
            known = [*self._body["Resources"], *self._body.get("Parameters", {}), *self._pseudo]
            raise _unknown(logical_id, "is neither a parameter nor a resource of this template", known)
        if logical_id in self._resolving:
            raise UnresolvedValue(logical_id, "its name refers to itself")
        self._resolving.add(logical_id)
        try:
            wanted = {"FunctionName", "TableName", "Name", "StageName", "LayerName", "RoleName"}
            wanted |= {"QueueName", "TopicName", "BucketName", "LogGroupName"}
            properties = resource.get("Properties") or {}
            given = {key: self.resolve(properties[key]) for key in wanted & properties.keys()}
            return name(resource.get("Type", ""), {k: v for k, v in given.items() if v is not NO_VALUE})
        finally:
            self._resolving.discard(logical_id)

    def _sub(self, argument: Any) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})

        def value(match: re.Match[str]) -> str:
            literal, name = match.group(1), match.group(2).strip()
            if literal:
                return f"${{{match.group(2)}}}"
            if name in own:
                return str(self.resolve(own[name]))
            return str(self._ref(name) if "." not in name else self._get_att(name))

        return _PLACEHOLDER.sub(value, text)

    def _if(self, arguments: list[Any]) -> Any:
        name, if_true, if_false = arguments
        return self.resolve(if_true if self.condition({"Condition": name}) else if_false)

    def _find_in_map(self, arguments: list[Any]) -> Any:
        keys = [self.resolve(key) for key in arguments[:3]]
        found: Any = self._body.get("Mappings", {})
        for key in keys:
            if not isinstance(found, dict) or key not in found:
                fallback = arguments[3] if len(arguments) > len(keys) else {}
                if "DefaultValue" in fallback:
                    return self.resolve(fallback["DefaultValue"])
                raise UnresolvedValue("Fn::FindInMap", f"'Mappings' has no {' → '.join(map(str, keys))}")
            found = found[key]
        return found

    def _import_value(self, argument: Any) -> Any:
        raise UnresolvedValue(
            f"Fn::ImportValue {self.resolve(argument)}",
            "is exported by another stack, which isn't here; use a parameter, or --env for a variable",
        )


def _unknown(name: str, problem: str, known: Iterable[str]) -> UnknownName:
    nearest = nearest_name(re.split(r"[ .]", name)[-1], known)
    return UnknownName(name, problem if nearest is None else f"{problem}; did you mean {nearest}?")


def _as_cloudformation_string(value: Any) -> str:
    """Return a parameter's value as CloudFormation's string; booleans are lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)
