"""What a REQUEST authorizer's identity sources and answer mean, without I/O.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
and, for the answer's form, https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_gateway.apigateway.connection import Handshake
from local_gateway.aws_lambda.invocation import Outcome

__all__ = ["Refusal", "authorizer_context", "has_identity"]


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """The handshake fails with this status and body."""

    status: int
    message: str | None
    error_type: str


_UNAUTHORIZED = Refusal(401, "Unauthorized", "UnauthorizedException")
_DENIED = Refusal(403, "User is not authorized to access this resource", "AccessDeniedException")
_BROKEN = Refusal(500, None, "AuthorizerConfigurationException")


def has_identity(sources: Sequence[str], handshake: Handshake, variables: Mapping[str, str]) -> bool:
    """Tell whether every identity source is there and not empty; without, the authorizer isn't called."""
    return all(_identity(source, handshake, variables) for source in sources)


def _identity(source: str, handshake: Handshake, variables: Mapping[str, str]) -> str | None:
    *place, name = source.split(".", 3) if source.startswith("route.") else source.split(".", 1)
    match place:
        case ["route", "request", "header"]:
            return handshake.header(name)
        case ["route", "request", "querystring"]:
            return dict(handshake.query).get(name)
        case ["stageVariables"]:
            return variables.get(name)
        case _:
            return source  # context.… always has a value


def authorizer_context(outcome: Outcome, method_arn: str, max_bytes: int) -> dict[str, str]:
    """Give the context that later events carry, every value a string, with `principalId`.

    Raises:
        Refusal: the authorizer refused (401, 403) or did not answer as it must (500).

    """
    answer = outcome.parsed()
    if outcome.error is not None:
        unauthorized = isinstance(answer, dict) and answer.get("errorMessage") == "Unauthorized"
        raise _UNAUTHORIZED if unauthorized else _BROKEN
    if not isinstance(answer, dict) or len(outcome.payload) > max_bytes:
        raise _BROKEN
    policy, principal, context = (
        answer.get("policyDocument"),
        answer.get("principalId"),
        answer.get("context"),
    )
    if not isinstance(policy, dict) or not isinstance(principal, str) or not isinstance(context or {}, dict):
        raise _BROKEN
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
    given = [patterns] if isinstance(patterns, str) else patterns or []
    return any(re.fullmatch(_as_regex(str(pattern)), text, re.IGNORECASE) for pattern in given)


def _as_regex(pattern: str) -> str:
    """Translate IAM's wildcards: `*` is any text, `?` any one character."""
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def _as_text(value: Any) -> str:
    """Give a context value as later events show it; objects and lists are not allowed there."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise _BROKEN
