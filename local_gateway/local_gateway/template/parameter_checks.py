"""Validates parameter values against the template's parameters and rules, as CloudFormation does.

Constraints: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
Rules: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_gateway.errors import ParameterError, UnresolvedValue
from local_gateway.template.intrinsics import Resolver

__all__ = ["check_parameters"]

_log = logging.getLogger(__name__)

_LISTS = frozenset({"CommaDelimitedList", "List<Number>", "List<String>"})
_NUMBERS = frozenset({"Number", "List<Number>"})
_PLAIN = frozenset({"String", "Number", "CommaDelimitedList", "List<Number>", "List<String>"})


def check_parameters(body: Mapping[str, Any], given: Mapping[str, str], resolver: Resolver) -> None:
    """Check names, values and rules. Error messages never contain values, which may be secrets.

    Raises:
        ParameterError: with one sentence for each violation.

    """
    declared = body.get("Parameters") or {}
    problems = list(_problems(declared, given))
    if not problems:
        problems = list(_broken_rules(body.get("Rules") or {}, resolver))
    if problems:
        raise ParameterError(tuple(problems))


def _problems(declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, str]) -> Iterator[str]:
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        yield f"Parameters: [{', '.join(unknown)}] do not exist in the template"
    values = {name: given.get(name, parameter.get("Default")) for name, parameter in declared.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        yield f"Parameters: [{', '.join(missing)}] must have values"
    for name, value in values.items():
        if value is not None:
            yield from _problems_of(name, declared[name], value)


def _problems_of(name: str, parameter: Mapping[str, Any], value: Any) -> Iterator[str]:
    kind = str(parameter.get("Type", ""))
    if kind not in _PLAIN and not kind.startswith(("AWS::", "List<AWS::")):
        yield f"Parameter '{name}': Unrecognized parameter type: {kind or '(none)'}"
        return
    text = _text(value)
    members = [part.strip() for part in text.split(",")] if kind in _LISTS else [text]
    found = next((found for each in members if (found := _broken_constraint(kind, parameter, each))), None)
    if found is not None:
        yield f"Parameter '{name}' {parameter.get('ConstraintDescription') or found}"


def _broken_constraint(kind: str, parameter: Mapping[str, Any], value: str) -> str | None:
    """Return the constraint that a value violates; None if it meets all."""
    check = _problem_of_number if kind in _NUMBERS else _problem_of_text
    problem = check(parameter, value)
    allowed = parameter.get("AllowedValues")
    if problem is None and allowed is not None and value not in map(_text, allowed):
        problem = f"must be one of AllowedValues: {', '.join(map(_text, allowed))}"
    return problem


def _problem_of_number(parameter: Mapping[str, Any], value: str) -> str | None:
    number = _number(value)
    if number is None:
        return "must be a number"
    if number < float(parameter.get("MinValue", "-inf")):
        return f"must be a number not less than {parameter['MinValue']}"
    if number > float(parameter.get("MaxValue", "inf")):
        return f"must be a number not greater than {parameter['MaxValue']}"
    return None


def _problem_of_text(parameter: Mapping[str, Any], value: str) -> str | None:
    if len(value) < int(parameter.get("MinLength", 0)):
        return f"must contain at least {parameter['MinLength']} characters"
    if "MaxLength" in parameter and len(value) > int(parameter["MaxLength"]):
        return f"must contain at most {parameter['MaxLength']} characters"
    pattern = parameter.get("AllowedPattern")
    if pattern is not None and not _matches(str(pattern), value):
        return f"must match pattern {pattern}"
    return None


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error as problem:  # a pattern in Java's syntax
        _log.warning("cannot check the pattern %s: %s", pattern, problem)
        return True


def _broken_rules(rules: Mapping[str, Mapping[str, Any]], resolver: Resolver) -> Iterator[str]:
    for name, rule in rules.items():
        try:
            if not resolver.condition(rule.get("RuleCondition", True)):
                continue
            for assertion in rule.get("Assertions") or []:
                if not resolver.condition(assertion["Assert"]):
                    description = " ".join(
                        str(assertion.get("AssertDescription", "its assertion failed")).split()
                    )
                    yield f"Rule {name}: {description}"
        except UnresolvedValue as problem:
            _log.warning("cannot check the rule %s: %s", name, problem)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _text(value: Any) -> str:
    """Return a value as CloudFormation's string; booleans are lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)
