"""`python -m threadcast`: the operator's commands, over the table that the arguments name."""

import os
import sys
from argparse import Namespace
from datetime import UTC, datetime

from threadcast.cli.run import run
from threadcast.errors import StoreError
from threadcast.ports import AssetLibrary


def main() -> int:
    """Run the command of this process; its exit code."""
    return run(sys.argv[1:], os.environ, _library, now=datetime.now(UTC), out=sys.stdout)


def _library(asked: Namespace) -> AssetLibrary:
    import boto3  # noqa: PLC0415 - not before the arguments have been found right
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - the same

    from threadcast.adapters.dynamo import DynamoAssetLibrary, DynamoTable  # noqa: PLC0415 - the same

    try:
        client = boto3.session.Session().client(
            "dynamodb", region_name=asked.region or None, endpoint_url=asked.endpoint
        )
    except (BotoCoreError, ValueError) as error:  # no region, an address that is none
        raise StoreError(str(error).rstrip(".")) from error
    return DynamoAssetLibrary(DynamoTable(client, asked.table))


if __name__ == "__main__":
    sys.exit(main())
