"""The settings of the Lambda service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["LambdaSettings", "Runtime"]

Runtime = Literal["awslambdaric", "awslambdaric-native", "pure-python"]
"""AWS's loop over the gateway's transport, AWS's loop over its own transport, or the gateway's loop."""


@dataclass(frozen=True, slots=True)
class LambdaSettings:
    """The options that AWS leaves to an account, and the delays that tests shorten.

    `max_concurrency` is the account's limit over all functions
    (https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html);
    `retry_delays_s` are the delays before the first and second retry of an asynchronous invocation
    (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html);
    `idle_s` is the time after which an idle process ends, except the last one (AWS does not document it);
    `warm` starts one process of every function before its first invocation;
    `reload` replaces a function's processes when one of its source files changes;
    `timeout_factor` multiplies the timeout of every function, for a debugger or a machine that is slower than
    Lambda; API Gateway still waits for 29 s at most;
    `platform_lines` passes Lambda's START and REPORT lines to the log sink;
    `overrides` are environment variables that take precedence over the template's.
    """

    max_concurrency: int = 1_000
    retry_delays_s: tuple[float, float] = (60.0, 120.0)
    idle_s: float = 60.0
    warm: bool = False
    runtime: Runtime = "awslambdaric"
    reload: bool = False
    timeout_factor: float = 1.0
    platform_lines: bool = True
    overrides: Mapping[str, str] = field(default_factory=dict)
