"""Opens the table that the arguments name: on AWS, or a stand-in on this machine."""

from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from threadcast.cli.command_failed import Refusal
from threadcast.ports import AssetLibrary

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["open_library"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_STAND_IN_REGION = "us-east-1"  # the local gateway's too: a stand-in keeps the regions' tables apart
_MADE_UP = "local"


def open_library(asked: Namespace, environment: Mapping[str, str]) -> AssetLibrary:
    """The library in the table; raises `Refusal` where not even a client can be made. Asks nobody yet."""
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - not before the arguments are right

    from threadcast.adapters.dynamodb import DynamoAssetLibrary, DynamoTable  # noqa: PLC0415 - the same

    try:
        client = _stand_in(asked) if _is_here(asked.endpoint) else _on_aws(asked, environment)
    except (BotoCoreError, ValueError) as error:  # no region, no such profile
        raise Refusal(_why_no_client(error)) from error
    return DynamoAssetLibrary(DynamoTable(client, asked.table))


def _is_here(endpoint: str | None) -> bool:
    return endpoint is not None and urlsplit(endpoint).hostname in _LOOPBACK


def _stand_in(asked: Namespace) -> "DynamoDBClient":
    """A client that takes nothing from the AWS configuration: neither profile, nor region, nor proxy."""
    import boto3  # noqa: PLC0415 - as above
    import botocore.session  # noqa: PLC0415 - the same

    no_profile: Any = {"profile": (None, None, None, None)}
    session = boto3.session.Session(
        aws_access_key_id=_MADE_UP,
        aws_secret_access_key=_MADE_UP,
        region_name=asked.region or _STAND_IN_REGION,
        botocore_session=botocore.session.Session(session_vars=no_profile),
    )
    return session.client("dynamodb", endpoint_url=asked.endpoint, config=_config(proxies={}))


def _on_aws(asked: Namespace, environment: Mapping[str, str]) -> "DynamoDBClient":
    import boto3  # noqa: PLC0415 - as above

    region = asked.region or environment.get("AWS_REGION") or None
    session = boto3.session.Session(region_name=region)
    return session.client("dynamodb", endpoint_url=asked.endpoint, config=_config())


def _config(**more: Any) -> Any:
    from botocore.config import Config  # noqa: PLC0415 - as above

    return Config(connect_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}, **more)


def _why_no_client(error: Exception) -> str:
    if type(error).__name__ == "NoRegionError":
        return (
            "No region is known, so no table was asked. Give --region REGION (or set AWS_REGION); "
            "for a stack on this machine, --endpoint http://127.0.0.1:PORT."
        )
    return f"No table was asked: {str(error).rstrip('.')}."
