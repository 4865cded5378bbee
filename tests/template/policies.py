"""Evaluates the template's IAM policies against requests, as IAM does for the statements that it has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.template.translation import resolver

__all__ = ["Access", "accesses_of", "is_allowed", "statements_of"]


@dataclass(frozen=True, slots=True)
class Access:
    """One permission that a request needs: an action on a resource, with the partition keys that it names."""

    action: str
    resource: str
    leading_keys: tuple[str, ...] = ()


def statements_of(role: str, **parameters: str) -> list[dict[str, Any]]:
    """Return the statements of a role: of its own policies, and of the template's managed ones."""
    resolve = resolver(**parameters)
    managed = {
        resolve.resolve({"Ref": name}): resolve.resolve(policy["Properties"]["PolicyDocument"])
        for name, policy in resolve.resources("AWS::IAM::ManagedPolicy").items()
    }
    given = resolve.resolve(resolve.resources("AWS::IAM::Role")[role]["Properties"])
    documents = [managed[arn] for arn in given["ManagedPolicyArns"]]
    documents += [policy["PolicyDocument"] for policy in given.get("Policies", [])]
    return [statement for document in documents for statement in document["Statement"]]


def is_allowed(access: Access, statements: list[dict[str, Any]]) -> bool:
    """Return whether a statement allows an access; no statement of the template denies."""
    return any(_allows(statement, access) for statement in statements)


def _allows(statement: Mapping[str, Any], access: Access) -> bool:
    keys = (
        statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", ["*"])
    )
    return (
        _matches(access.action, statement["Action"])
        and _matches(access.resource, statement["Resource"])
        and all(_matches(key, keys) for key in access.leading_keys)
    )


def _matches(value: str, patterns: str | list[str]) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatchcase(value, pattern) for pattern in listed)


def accesses_of(operation: str, request: Mapping[str, Any]) -> Iterator[Access]:
    """Yield what a request to DynamoDB needs; a transaction needs the permission of each of its writes.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    """
    table = resolver().resolve({"Fn::GetAtt": ["Table", "Arn"]})
    if operation == "TransactWriteItems":
        for each in request["TransactItems"]:
            ((kind, write),) = each.items()
            yield from accesses_of(
                {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}[kind], write
            )
        return
    index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
    yield Access(f"dynamodb:{operation}", f"{table}{index}", tuple(_leading_keys(operation, request)))


def _leading_keys(operation: str, request: Mapping[str, Any]) -> Iterator[str]:
    match operation:
        case "PutItem":
            yield request["Item"]["pk"]["S"]
        case "Scan":
            return
        case "Query":
            yield request["ExpressionAttributeValues"][":pk"]["S"]
        case "BatchGetItem":
            for table in request["RequestItems"].values():
                yield from (key["pk"]["S"] for key in table["Keys"])
        case _:
            yield request["Key"]["pk"]["S"]
