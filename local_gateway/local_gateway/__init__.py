"""API Gateway WebSocket and Lambda on one machine, from a SAM or CloudFormation template."""

from local_gateway.apigateway.limits import Limits
from local_gateway.aws_lambda.function_log import LogLine
from local_gateway.aws_lambda.lambda_settings import LambdaSettings
from local_gateway.errors import GatewayError, ParameterError, StartError, TemplateError, UnresolvedValue
from local_gateway.threaded_gateway import Gateway, running_gateway

__all__ = [
    "Gateway",
    "GatewayError",
    "LambdaSettings",
    "Limits",
    "LogLine",
    "ParameterError",
    "StartError",
    "TemplateError",
    "UnresolvedValue",
    "running_gateway",
]
