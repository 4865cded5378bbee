"""API Gateway WebSocket and Lambda on one machine, from a SAM or CloudFormation template."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_gateway.apigateway.limits import Limits
    from local_gateway.aws_lambda.function_log import LogLine
    from local_gateway.aws_lambda.lambda_settings import LambdaSettings
    from local_gateway.errors import (
        GatewayError,
        ParameterError,
        StartError,
        TemplateError,
        UnknownName,
        UnresolvedValue,
    )
    from local_gateway.threaded_gateway import Gateway, GatewayOptions, running_gateway

__all__ = [
    "Gateway",
    "GatewayError",
    "GatewayOptions",
    "LambdaSettings",
    "Limits",
    "LogLine",
    "ParameterError",
    "StartError",
    "TemplateError",
    "UnknownName",
    "UnresolvedValue",
    "running_gateway",
]

_MODULES = {
    "Limits": "apigateway.limits",
    "LogLine": "aws_lambda.function_log",
    "LambdaSettings": "aws_lambda.lambda_settings",
    "Gateway": "threaded_gateway",
    "GatewayOptions": "threaded_gateway",
    "running_gateway": "threaded_gateway",
}
"""The others are errors. Imported on demand: pytest loads the plugin in every run."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'errors')}"), name)
