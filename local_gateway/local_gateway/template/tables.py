"""The DynamoDB tables of a template, as CreateTable requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_gateway.template.nested_stacks import LoadedTemplate

__all__ = ["Table", "read_tables"]

_OF_CREATE_TABLE = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "StreamSpecification",
)
_THROUGHPUT = (
    "ProvisionedThroughput",
    "OnDemandThroughput",
    "WarmThroughput",
    "ContributorInsightsSpecification",
    "WriteProvisionedThroughputSettings",
)
"""Properties of an index that CreateTable rejects, or that an on-demand table has not."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `create` is the body of CreateTable; `ttl_attribute` is None without a time to live."""

    logical_id: str
    name: str
    create: Mapping[str, Any]
    ttl_attribute: str | None = None


def read_tables(loaded: LoadedTemplate) -> dict[str, Table]:
    """Read every table of one template, by its path. Their billing mode is always on-demand."""
    tables: dict[str, Table] = {}
    kinds = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
    for logical_id, properties in (item for kind in kinds for item in loaded.properties(kind).items()):
        path = loaded.names.path + logical_id
        name = loaded.names.name(logical_id, "AWS::DynamoDB::Table", properties)
        create = {key: properties[key] for key in _OF_CREATE_TABLE if key in properties}
        if "StreamSpecification" in create:
            create["StreamSpecification"] = {"StreamEnabled": True, **create["StreamSpecification"]}
        for index in create.get("GlobalSecondaryIndexes", []):
            for throughput in _THROUGHPUT:
                index.pop(throughput, None)
        ttl = properties.get("TimeToLiveSpecification") or {}
        tables[path] = Table(
            logical_id=path,
            name=name,
            create={"TableName": name, "BillingMode": "PAY_PER_REQUEST", **create},
            ttl_attribute=ttl.get("AttributeName") if str(ttl.get("Enabled")).lower() == "true" else None,
        )
    return tables
