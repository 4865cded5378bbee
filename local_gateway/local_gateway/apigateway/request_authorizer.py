"""Evaluates a REQUEST authorizer's identity sources and its result, without I/O.

Identity sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
Result: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from local_gateway.apigateway.handshake import Handshake, HandshakeRejected
from local_gateway.aws_lambda.invocation import Outcome

__all__ = ["authorizer_context", "has_identity"]


_UNAUTHORIZED = HandshakeRejected(401, "Unauthorized", "UnauthorizedException")
_DENIED = HandshakeRejected(403, "User is not authorized to access this resource", "AccessDeniedException")
_MISCONFIGURED = HandshakeRejected(500, None, "AuthorizerConfigurationException")


def has_identity(sources: Sequence[str], handshake: Handshake, variables: Mapping[str, str]) -> bool:
    """Return whether every identity source has a value; API Gateway calls the authorizer only then."""
    return all(_identity(source, handshake, variables) for source in sources)


def _identity(source: str, handshake: Handshake, variables: Mapping[str, str]) -> str | None:
    *kind, name = source.split(".", 3) if source.startswith("route.") else source.split(".", 1)
    match kind:
        case ["route", "request", "header"]:
            return handshake.header(name)
        case ["route", "request", "querystring"]:
            return dict(handshake.query).get(name)
        case ["stageVariables"]:
            return variables.get(name)
        case _:
            return source  # context.… always has a value


def authorizer_context(outcome: Outcome, method_arn: str, max_bytes: int) -> dict[str, str]:
    """Return the context of later events: `principalId` and the authorizer's context, every value a string.

    Raises:
        HandshakeRejected: the authorizer denies access (401, 403) or its result is malformed (500).

    """
    result = outcome.parsed()
    if outcome.error is not None:
        unauthorized = isinstance(result, dict) and result.get("errorMessage") == "Unauthorized"
        raise _UNAUTHORIZED if unauthorized else _MISCONFIGURED
    if not isinstance(result, dict) or len(outcome.payload) > max_bytes:
        raise _MISCONFIGURED
    policy, principal, context = (
        result.get("policyDocument"),
        result.get("principalId"),
        result.get("context"),
    )
    if not isinstance(policy, dict) or not isinstance(principal, str) or not isinstance(context or {}, dict):
        raise _MISCONFIGURED
    if not _allows(policy, method_arn):
        raise _DENIED
    return {"principalId": principal, **{key: _as_text(value) for key, value in (context or {}).items()}}


def _allows(policy: Mapping[str, Any], arn: str) -> bool:
    statements = policy.get("Statement", [])
    effects = {
        statement.get("Effect")
        for statement in (statements if isinstance(statements, list) else [statements])
        if _matches(statement.get("Action"), "execute-api:Invoke")
        and _matches(statement.get("Resource"), arn)
    }
    return "Allow" in effects and "Deny" not in effects


def _matches(patterns: Any, text: str) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns or []
    return any(re.fullmatch(_as_regex(str(pattern)), text, re.IGNORECASE) for pattern in listed)


def _as_regex(pattern: str) -> str:
    """Convert IAM's wildcards to a regular expression: `*` is any text, `?` is one character."""
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def _as_text(value: Any) -> str:
    """Return a context value as later events contain it; reject objects and lists."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise _MISCONFIGURED
