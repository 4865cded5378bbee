"""Opens the table that the options name: of a stack on this machine or on AWS, or of any emulator."""

from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.table.stack_places import Place, local_place, stack_place
from threadcast.cli.table.stores import Stores

if TYPE_CHECKING:
    from boto3.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["open_stores"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EMULATOR_REGION = "us-east-1"  # as in the local gateway: an emulator separates tables by region
_DUMMY_CREDENTIAL = "local"


def open_stores(options: Namespace, environment: Mapping[str, str]) -> Stores:
    """Return the stores, without a request to the table yet; raises `CommandFailed` if there is none.

    `options.table` and `options.endpoint` become those that were found, for messages about errors.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import, so only after the arguments were checked

    try:
        place = _place(options, environment)
        options.table, options.endpoint = place.table, place.endpoint
        client = _emulator_client(options) if _is_local(place.endpoint) else _aws_client(options, environment)
    except ClientError as error:
        raise CommandFailed(_no_stack_message(error, options)) from error
    except (BotoCoreError, ValueError) as error:  # no region, no such profile
        raise CommandFailed(_no_client_message(error)) from error
    return _stores(client, place.table)


def _place(options: Namespace, environment: Mapping[str, str]) -> Place:
    if options.stack is not None:
        cloudformation = _session(options, environment).client("cloudformation", config=_config())
        return stack_place(options.stack, cloudformation)
    if options.port is None and options.table is not None:
        return Place(options.table, options.endpoint)
    return local_place(options.port, Path.cwd())


def _stores(client: "DynamoDBClient", name: str) -> Stores:
    from threadcast.adapters.dynamodb import (  # noqa: PLC0415 - as above
        DynamoAssetLibrary,
        DynamoAssetStore,
        DynamoChatLibrary,
        DynamoChatStore,
        DynamoConnectionStore,
        DynamoPersonalDataStore,
        DynamoTable,
        DynamoTurnStore,
        DynamoUsageStore,
    )

    table, now = DynamoTable(client, name), lambda: datetime.now(UTC)
    return Stores(
        assets=DynamoAssetLibrary(table),
        asset_rows=DynamoAssetStore(table),
        chats=DynamoChatStore(table),
        chat_library=DynamoChatLibrary(table),
        connections=DynamoConnectionStore(table, now),
        turns=DynamoTurnStore(table, now),
        personal_data=DynamoPersonalDataStore(table),
        usage=DynamoUsageStore(table),
    )


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
    session = _session(options, environment)
    return session.client("dynamodb", endpoint_url=options.endpoint, config=_config())


def _session(options: Namespace, environment: Mapping[str, str]) -> "Session":
    import boto3  # noqa: PLC0415 - as above

    return boto3.session.Session(region_name=options.region or environment.get("AWS_REGION") or None)


def _config(**more: Any) -> Any:
    from botocore.config import Config  # noqa: PLC0415 - as above

    return Config(connect_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}, **more)


def _no_stack_message(error: Any, options: Namespace) -> str:
    """Return why CloudFormation named no stack: it answers ValidationError where there is none."""
    code = error.response.get("Error", {}).get("Code", "")
    if code == "ValidationError":
        where = f" in {options.region}" if options.region else ""
        return f"There is no stack {options.stack}{where}. Are --stack and --region right?"
    return f"CloudFormation refused to describe the stack {options.stack}: {code}."


def _no_client_message(error: Exception) -> str:
    if type(error).__name__ == "NoRegionError":
        return (
            "No region is known, so no request was sent. Give --region REGION (or set AWS_REGION); "
            "a stack on this machine needs none."
        )
    return f"No request was sent: {str(error).rstrip('.')}."
