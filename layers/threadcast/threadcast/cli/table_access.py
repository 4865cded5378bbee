"""Opens the asset library in the table that the options name, on AWS or in a local emulator."""

from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from threadcast.cli.command_failed import CommandFailed
from threadcast.ports import AssetLibrary

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["open_library"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EMULATOR_REGION = "us-east-1"  # as in the local gateway: an emulator separates tables by region
_DUMMY_CREDENTIAL = "local"


def open_library(options: Namespace, environment: Mapping[str, str]) -> AssetLibrary:
    """Return the library, without a request yet; raises `CommandFailed` if no client can be created."""
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - slow to import, so only after the arguments were checked

    from threadcast.adapters.dynamodb import DynamoAssetLibrary, DynamoTable  # noqa: PLC0415 - the same

    try:
        client = (
            _emulator_client(options) if _is_local(options.endpoint) else _aws_client(options, environment)
        )
    except (BotoCoreError, ValueError) as error:  # no region, no such profile
        raise CommandFailed(_no_client_message(error)) from error
    return DynamoAssetLibrary(DynamoTable(client, options.table))


def _is_local(endpoint: str | None) -> bool:
    return endpoint is not None and urlsplit(endpoint).hostname in _LOOPBACK


def _emulator_client(options: Namespace) -> "DynamoDBClient":
    """Return a client that ignores the AWS configuration: profile, region and proxy."""
    import boto3  # noqa: PLC0415 - as above
    import botocore.session  # noqa: PLC0415 - the same

    no_profile: Any = {"profile": (None, None, None, None)}
    session = boto3.session.Session(
        aws_access_key_id=_DUMMY_CREDENTIAL,
        aws_secret_access_key=_DUMMY_CREDENTIAL,
        region_name=options.region or _EMULATOR_REGION,
        botocore_session=botocore.session.Session(session_vars=no_profile),
    )
    return session.client("dynamodb", endpoint_url=options.endpoint, config=_config(proxies={}))


def _aws_client(options: Namespace, environment: Mapping[str, str]) -> "DynamoDBClient":
    import boto3  # noqa: PLC0415 - as above

    region = options.region or environment.get("AWS_REGION") or None
    session = boto3.session.Session(region_name=region)
    return session.client("dynamodb", endpoint_url=options.endpoint, config=_config())


def _config(**more: Any) -> Any:
    from botocore.config import Config  # noqa: PLC0415 - as above

    return Config(connect_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}, **more)


def _no_client_message(error: Exception) -> str:
    if type(error).__name__ == "NoRegionError":
        return (
            "No region is known, so no request was sent. Give --region REGION (or set AWS_REGION); "
            "for a stack on this machine, --endpoint http://127.0.0.1:PORT."
        )
    return f"No request was sent: {str(error).rstrip('.')}."
