"""API Gateway WebSocket and Lambda on one machine, driven by a SAM or CloudFormation template alone."""

from local_gateway.apigateway.limits import Limits
from local_gateway.aws_lambda.logs import LogLine
from local_gateway.aws_lambda.service import LambdaSettings
from local_gateway.errors import GatewayError, ParameterError, StartError, TemplateError, UnresolvedValue
from local_gateway.running import Gateway, running_gateway

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
