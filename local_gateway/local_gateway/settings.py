"""What a run of the gateway can be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local_gateway.apigateway.limits import Limits
from local_gateway.aws_lambda.service import LambdaSettings

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """One run.

    `port` 0 takes a free one; `dynamodb_endpoint` None starts the stand-in if there are tables.
    """

    template: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    stack_name: str = "local"
    region: str = "us-east-1"
    api: str | None = None
    port: int = 0
    dynamodb_endpoint: str | None = None
    limits: Limits = field(default_factory=Limits)
    functions: LambdaSettings = field(default_factory=LambdaSettings)
