"""Evaluates the template's IAM policies against requests, as IAM does for the statements that it has."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from tests.dynamodb_accesses import Access
from tests.template.translation import resolver

__all__ = ["is_allowed", "statements_of", "table_arn"]


@cache
def table_arn() -> str:
    """Return the table's ARN in the statements."""
    arn: str = resolver().resolve({"Fn::GetAtt": ["Table", "Arn"]})
    return arn


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
