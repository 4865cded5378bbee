"""Values of Parameter Store and Secrets Manager, which the gateway's user gives by name.

Parameter types: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
Dynamic references: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["replace_dynamic_references", "stored_parameters"]

_log = logging.getLogger(__name__)

_STORED_TYPE = "AWS::SSM::Parameter::Value<"
_REFERENCE = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}")


def stored_parameters(
    body: Mapping[str, Any], given: Mapping[str, str], values: Mapping[str, str]
) -> dict[str, str]:
    """Return the parameters whose type names a value of Parameter Store, with that value.

    A parameter without one keeps the name as its value, and is named in a warning.
    """
    found: dict[str, str] = {}
    for parameter, declared in (body.get("Parameters") or {}).items():
        if not str(declared.get("Type", "")).startswith(_STORED_TYPE):
            continue
        name = str(given.get(parameter, declared.get("Default")))
        if name in values:
            found[parameter] = values[name]
            continue
        _log.warning(
            "parameter %s has its name %s as value, not the value in Parameter Store: pass --ssm %s=VALUE",
            parameter,
            name,
            name,
        )
    return found


def replace_dynamic_references(where: str, text: str, values: Mapping[str, str]) -> str:
    """Replace `{{resolve:…}}` by the value that is given for its name; name the others in a warning."""

    def value(match: re.Match[str]) -> str:
        service, name = match.groups()
        key = name if service == "secretsmanager" else re.sub(r":\d+$", "", name)
        if key in values:
            return values[key]
        _log.warning("%s keeps the text %s: pass --ssm %s=VALUE", where, match.group(), key)
        return match.group()

    return _REFERENCE.sub(value, text)
