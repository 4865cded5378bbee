"""The environment variables that a function's process starts with.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local_gateway.template.functions import Function

__all__ = ["Endpoints", "client_environment", "function_environment"]

_NO_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    # The developer's own profiles stay out of the functions; `--env` can bring them back.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_FROM_THIS_PROCESS = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the stand-ins listen. `dynamodb` is None without tables, `ca_bundle` without TLS.

    `hosts` maps host names that a template builds from an API's id to where that API listens here.
    """

    management: str
    lambda_api: str
    dynamodb: str | None = None
    ca_bundle: Path | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)


def client_environment(region: str, endpoints: Endpoints) -> dict[str, str]:
    """Give what makes boto3 in any process talk to the stand-ins, with made-up credentials."""
    variables = {
        **_NO_CREDENTIALS,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": endpoints.management,
        "AWS_ENDPOINT_URL_LAMBDA": endpoints.lambda_api,
    }
    if endpoints.dynamodb is not None:
        variables["AWS_ENDPOINT_URL_DYNAMODB"] = endpoints.dynamodb
        variables["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = endpoints.dynamodb
    if endpoints.ca_bundle is not None:
        variables["AWS_CA_BUNDLE"] = str(endpoints.ca_bundle)
    return variables


def function_environment(
    function: Function, region: str, endpoints: Endpoints, overrides: Mapping[str, str]
) -> dict[str, str]:
    """Give a function's whole environment, except for AWS_LAMBDA_RUNTIME_API.

    Later ones win: Lambda's own variables, then the template's, then the endpoints (a template
    can't know them), then `overrides`.
    """
    task_root = str(function.code)
    inherited = {name: os.environ[name] for name in _FROM_THIS_PROCESS if name in os.environ}
    return {
        **inherited,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": task_root,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "_HANDLER": function.handler,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        **{name: _with_hosts(value, endpoints.hosts) for name, value in function.environment.items()},
        **client_environment(region, endpoints),
        **overrides,
        "PYTHONPATH": _python_path(function, overrides),
    }


def _with_hosts(value: str, hosts: Mapping[str, str]) -> str:
    for name, here in hosts.items():
        value = value.replace(name, here)
    return value


def _python_path(function: Function, overrides: Mapping[str, str]) -> str:
    own = [str(function.code), *map(str, function.layers)]
    given = overrides.get("PYTHONPATH", function.environment.get("PYTHONPATH"))
    return os.pathsep.join([*own, given] if given else own)
