"""Creates a template's tables at a DynamoDB endpoint."""

from collections.abc import Iterable

from local_gateway.dynamodb.requests import DynamoDBClient, DynamoDBError
from local_gateway.errors import StartError
from local_gateway.template.tables import Table

__all__ = ["create_tables"]


def create_tables(endpoint: str, tables: Iterable[Table], region: str) -> None:
    """Create the missing tables, with their time to live. This call blocks.

    Raises:
        StartError: the endpoint rejects a table, or does not respond within 20 s.

    """
    client = DynamoDBClient(endpoint, region)
    for table in tables:
        try:
            client.call("CreateTable", table.create)
        except DynamoDBError as error:
            if error.name != "ResourceInUseException":
                raise StartError(f"table {table.name}", error.name) from error
            continue
        if table.ttl_attribute is not None:
            specification = {"AttributeName": table.ttl_attribute, "Enabled": True}
            client.call(
                "UpdateTimeToLive", {"TableName": table.name, "TimeToLiveSpecification": specification}
            )
