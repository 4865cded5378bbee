"""Reads secrets from Secrets Manager and SSM."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from threadcast.errors import ConfigurationError

if TYPE_CHECKING:
    import boto3

__all__ = ["read_parameter", "read_secret"]

_CONFIG = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"})


def read_secret(session: "boto3.Session", secret_arn: str) -> str:
    """Read a plain-text secret from Secrets Manager; raises `ConfigurationError`."""
    with _errors_translated("TOKEN_SECRET_ARN"):
        client = session.client("secretsmanager", config=_CONFIG)
        return str(client.get_secret_value(SecretId=secret_arn)["SecretString"])


def read_parameter(session: "boto3.Session", name: str) -> str:
    """Read a SecureString from SSM's Parameter Store; raises `ConfigurationError`."""
    with _errors_translated("TOKEN_SECRET_PARAMETER"):
        client = session.client("ssm", config=_CONFIG)
        return str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])


@contextmanager
def _errors_translated(variable: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        raise ConfigurationError(f"{variable} cannot be read: {code}") from error
    except (BotoCoreError, KeyError) as error:
        raise ConfigurationError(f"{variable} cannot be read: {type(error).__name__}") from error
