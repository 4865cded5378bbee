"""The DynamoDB tables of a template, as CreateTable requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_gateway.template.intrinsics import Resolver
from local_gateway.template.physical_names import PhysicalNames

__all__ = ["Table", "read_tables"]

_OF_CREATE_TABLE = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "StreamSpecification",
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `create` is the body of CreateTable; `ttl_attribute` is None without a time to live."""

    logical_id: str
    name: str
    create: Mapping[str, Any]
    ttl_attribute: str | None = None


def read_tables(resolver: Resolver, names: PhysicalNames) -> dict[str, Table]:
    """Read every table of the template, by logical id. Their billing mode is always on-demand."""
    tables: dict[str, Table] = {}
    for logical_id, resource in resolver.resources(
        "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"
    ).items():
        properties = resolver.resolve(resource.get("Properties") or {})
        name = names.name(logical_id, "AWS::DynamoDB::Table", properties)
        create = {key: properties[key] for key in _OF_CREATE_TABLE if key in properties}
        if "StreamSpecification" in create:
            create["StreamSpecification"] = {"StreamEnabled": True, **create["StreamSpecification"]}
        for index in create.get("GlobalSecondaryIndexes", []):
            index.pop("ProvisionedThroughput", None)
        ttl = properties.get("TimeToLiveSpecification") or {}
        tables[logical_id] = Table(
            logical_id=logical_id,
            name=name,
            create={"TableName": name, "BillingMode": "PAY_PER_REQUEST", **create},
            ttl_attribute=ttl.get("AttributeName") if str(ttl.get("Enabled")).lower() == "true" else None,
        )
    return tables
