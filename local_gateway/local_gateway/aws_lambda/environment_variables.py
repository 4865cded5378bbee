"""The environment variables of a function's process.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local_gateway.template.functions import Function

__all__ = ["Endpoints", "client_environment", "function_environment"]

_LOCAL_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    # Functions do not use the developer's own profiles; `--env` can set them.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_MAX_APP_ID = 50
"""https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html"""

_FROM_THIS_PROCESS = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SSL_CERT_FILE")


_CA_BUNDLES = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
"""Where boto3, Python's ssl module and requests look for the authorities that they trust."""


_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of the local services. `dynamodb` is None without tables, `ca_bundle` without TLS.

    `hosts` maps the host name of an API to its local address. `strict` lets boto3 find the management API
    only by an `endpoint_url`, as on AWS.
    """

    management: str
    lambda_api: str
    dynamodb: str | None = None
    ca_bundle: Path | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False


def client_environment(region: str, endpoints: Endpoints) -> dict[str, str]:
    """Return the variables that direct boto3 to the local services, with placeholder credentials."""
    variables = {
        **_LOCAL_CREDENTIALS,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": endpoints.management,
        "AWS_ENDPOINT_URL_LAMBDA": endpoints.lambda_api,
    }
    if endpoints.dynamodb is not None:
        variables["AWS_ENDPOINT_URL_DYNAMODB"] = endpoints.dynamodb
        variables["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = endpoints.dynamodb
    if endpoints.ca_bundle is not None:
        variables |= dict.fromkeys(_CA_BUNDLES, str(endpoints.ca_bundle))
    return variables


def function_environment(
    function: Function, region: str, endpoints: Endpoints, overrides: Mapping[str, str]
) -> dict[str, str]:
    """Return a function's whole environment, except for AWS_LAMBDA_RUNTIME_API.

    Later groups take precedence: Lambda's own variables, the template's, the endpoints (which a
    template cannot contain), `overrides`.
    """
    task_root = str(function.code)
    inherited = {name: os.environ[name] for name in _FROM_THIS_PROCESS if name in os.environ}
    variables = {
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
        **function.environment,
        **_service_environment(region, endpoints),
        "AWS_SDK_UA_APP_ID": function.name[:_MAX_APP_ID],  # so that an emulator knows who calls
        **overrides,
        "PYTHONPATH": _python_path(function, overrides),
        "LOCAL_GATEWAY_HOSTS": ",".join(f"{name}={local}" for name, local in endpoints.hosts.items()),
    }
    return variables | _without_proxy(variables, endpoints.hosts)


def _without_proxy(variables: Mapping[str, str], hosts: Iterable[str]) -> dict[str, str]:
    """Return the variables that keep requests to the local hosts from a proxy that the function uses."""
    if not any(name.lower() in _PROXIES for name in variables):
        return {}
    names = [name for name in variables if name.lower() == "no_proxy"] or ["NO_PROXY"]
    return {name: ",".join(filter(None, [variables.get(name, ""), *hosts])) for name in names}


def _service_environment(region: str, endpoints: Endpoints) -> dict[str, str]:
    variables = client_environment(region, endpoints)
    if endpoints.strict:
        del variables["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"]
    return variables


def _python_path(function: Function, overrides: Mapping[str, str]) -> str:
    own = [str(function.code), *map(str, function.layers)]
    given = overrides.get("PYTHONPATH", function.environment.get("PYTHONPATH"))
    return os.pathsep.join([*own, given] if given else own)
