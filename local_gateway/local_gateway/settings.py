"""The settings of a gateway."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local_gateway.apigateway.limits import Limits
from local_gateway.aws_lambda.lambda_settings import LambdaSettings
from local_gateway.dynamodb.emulator import EMULATOR_PROGRAM

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """One gateway.

    `api` is the logical id of the WebSocket API, None for the template's only one; `port` 0 selects a
    free port; `dynamodb_endpoint` None starts the emulator if the template has tables, `dynamodb_program`
    are Python's arguments for it; the pages of `allow_origins` may open WebSockets, see `AccessRule`; the
    files of `static` are served on the same port; `strict` leaves out what is more lenient than AWS
    (docs/local-gateway.md lists it); `state` is a folder that keeps the tables' items; `stored_values` are
    values of Parameter Store and Secrets Manager by name.
    """

    template: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    stack_name: str = "local"
    region: str = "us-east-1"
    api: str | None = None
    port: int = 0
    dynamodb_endpoint: str | None = None
    dynamodb_program: tuple[str, ...] = EMULATOR_PROGRAM
    allow_origins: Collection[str] = ()
    static: Path | None = None
    strict: bool = False
    state: Path | None = None
    stored_values: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    functions: LambdaSettings = field(default_factory=LambdaSettings)

    def __post_init__(self) -> None:
        """Reject a state for an emulator that the gateway does not start."""
        if self.state is not None and self.dynamodb_endpoint is not None:
            raise ValueError("state and dynamodb_endpoint exclude each other")
