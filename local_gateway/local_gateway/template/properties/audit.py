"""Lists what the gateway leaves out of a template, and what then differs from AWS."""

import platform
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from local_gateway.template.properties.api_properties import API_PROPERTIES
from local_gateway.template.properties.function_properties import FUNCTION_PROPERTIES
from local_gateway.template.properties.resource_types import difference_of_type
from local_gateway.template.properties.rules import HONOURED, NO_EFFECT, Differs, NotEnforced, PropertyRule

__all__ = ["PROPERTIES", "audit", "honoured", "is_off", "other_runtimes"]

PROPERTIES: Final[Mapping[str, Mapping[str, PropertyRule]]] = {**API_PROPERTIES, **FUNCTION_PROPERTIES}

_MAX_NAMES = 4

_OFF = {
    "SnapStart": {"ApplyOn": "None"},
    "TimeToLiveSpecification": {"Enabled": "false"},
    "TracingConfig": {"Mode": "PassThrough"},
}
"""Values with which a property has no effect."""

_SHOWN = frozenset({"MemorySize", "TimeToLiveSpecification"})
"""Properties without the effect that they have on AWS, which functions can still read."""


def honoured(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a resource that the gateway uses: the honoured ones, and those of `_SHOWN`."""
    rules = PROPERTIES[kind]
    return {key: each for key, each in properties.items() if rules.get(key) is HONOURED or key in _SHOWN}


def audit(resources: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return one sentence for each property, or type, that is left out, with the resources that have it.

    `resources` are the resources that exist, after SAM's transform, by logical id.
    """
    left_out: dict[str, list[str]] = defaultdict(list)
    not_enforced: dict[str, set[str]] = defaultdict(set)
    for logical_id, resource in resources.items():
        kind = str(resource.get("Type"))
        rules = PROPERTIES.get(kind)
        if rules is None:
            if difference := difference_of_type(kind):
                left_out[f"{kind} {{}} is left out: {difference}"].append(logical_id)
            continue
        for name in resource.get("Properties") or {}:
            match rules.get(name):
                case Differs(how):
                    left_out[f"{kind} {name} ({{}}) is left out: {how}"].append(logical_id)
                case NotEnforced(what):
                    not_enforced[what].add(name)
                case rule if rule not in {HONOURED, NO_EFFECT}:
                    left_out[f"{kind} {name} ({{}}) is not known here and has no effect"].append(logical_id)
    return [*_sentences(left_out), *_not_enforced(not_enforced)]


def other_runtimes(runtimes: Mapping[str, str]) -> Iterator[str]:
    """Return a sentence for each Python version, by function, that is not this interpreter's."""
    here = "python" + ".".join(platform.python_version_tuple()[:2])
    others: dict[str, list[str]] = defaultdict(list)
    for logical_id, runtime in runtimes.items():
        if runtime != here:
            others[f"functions of {runtime} ({{}}) run under {here}"].append(logical_id)
    yield from _sentences(others)


def is_off(name: str, value: Any) -> bool:
    """Return whether an evaluated property has the value with which it has no effect."""
    off = _OFF.get(name, {})
    given = value if isinstance(value, dict) else {}
    return any(str(given.get(key)).lower() == text.lower() for key, text in off.items())


def _sentences(found: Mapping[str, list[str]]) -> Iterator[str]:
    return (sentence.format(_listed(names)) for sentence, names in found.items())


def _listed(names: list[str]) -> str:
    more = len(names) - _MAX_NAMES
    return ", ".join(names[:_MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def _not_enforced(found: Mapping[str, Iterable[str]]) -> Iterator[str]:
    if found:
        what = ", ".join(f"{each} ({', '.join(sorted(found[each]))})" for each in sorted(found))
        yield f"not enforced here, so only AWS refuses what violates it: {what}"
